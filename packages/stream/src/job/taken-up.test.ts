import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, checkManifests, type Json, type OpenApp } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { afterEach, expect, test } from 'vitest'
import { valueOf } from '../../fixtures/delays-job.ts'
import { collectSink } from '../sink/collect.ts'
import { jobKind } from './job-kind.ts'
import { job } from './job.ts'
import type { JobStatus } from './job-status.ts'

const patient = { timeout: 45_000 }
const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const planText = (step: string, seconds: number) => `heddle: 1
pipeline: fl.Count
access: public
source: { file: { path: in.ndjson, follow: true }, type: { n: int, at: int }, time: it.at }
steps: [{ id: ${step}, window: { tumbling: ${seconds}s }, aggregate: { count: count() } }]
sink: { given: told }
checkpoint: 20ms
`

function counts() {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-taken-up-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'count.yaml')
  const told = collectSink()
  return {
    told,
    write: (step: string, seconds: number) => writeFileSync(file, planText(step, seconds)),
    come: (...times: number[]) =>
      appendFileSync(join(folder, 'in.ndjson'), times.map((at, n) => `${JSON.stringify({ n, at })}\n`).join('')),
    /** The app as its files say it. */
    declared: () => app('fl', { parts: [job(pathToFileURL(file), { sinks: { told } })], database: usualDatabase() }),
    async start() {
      const made = job(pathToFileURL(file), { sinks: { told } })
      const running = await app('fl', { parts: [made], database: usualDatabase() }).open({ folder, root: folder })
      closing.push(() => running.close())
      await running.start()
      const statusOf = () => valueOf<JobStatus>(running, 'heddle.ShowJob', { job: 'fl.Count' })
      return { running, statusOf, epoch: async () => (await statusOf()).epoch ?? 0 }
    },
  }
}

interface Reloaded {
  readonly pipelines: readonly { readonly runs?: { readonly notes?: readonly string[] } }[]
}

test.each(['reloaded', 'restarted'])(
  'a step that has another name keeps it when its job is %s, also where no record comes before the next edit',
  async (way) => {
    const { told, write, come, start } = counts()
    write('hourly', 1)
    come(100, 200)
    let { running, statusOf, epoch } = await start()
    await expect.poll(async () => (await statusOf()).sources[0]?.records, patient).toBe(2)
    await expect.poll(epoch, patient).toBeGreaterThan(0)
    const before = await epoch()

    write('perHour', 1)
    if (way === 'reloaded') await valueOf(running, 'heddle.ReloadPipelines')
    else {
      await running.close()
      ;({ running, statusOf, epoch } = await start())
    }
    await expect.poll(epoch, patient).toBeGreaterThan(before)

    write('perHour', 2)
    const { pipelines } = await valueOf<Reloaded>(running, 'heddle.ReloadPipelines')
    expect(pipelines[0]?.runs?.notes).toEqual([
      expect.stringContaining('The state of "perHour" is built anew beside the running job'),
    ])
    come(300, 2500)
    await expect.poll(() => told.values, patient).toMatchObject([{ count: 3 }])
  },
)

test('a job that goes on with the plan that it had makes no checkpoint before a record comes', async () => {
  const { write, come, start } = counts()
  write('hourly', 1)
  come(100)
  const first = await start()
  await expect.poll(async () => (await first.statusOf()).sources[0]?.records, patient).toBe(1)
  await expect.poll(first.epoch, patient).toBeGreaterThan(0)
  await first.running.close()

  const second = await start()
  await expect.poll(async () => (await second.statusOf()).state, patient).toBe('running')
  const before = await second.epoch()
  await second.running.close()
  const third = await start()
  expect(await third.epoch()).toBe(before)
})

const asking = (running: OpenApp) => ({
  ask: (command: string, input: Json) => valueOf<Json>(running, command, input),
})

test.each([
  ['the running app, which is asked', asking],
  ['its database', (running: OpenApp) => ({ ports: running.ports })],
])('a plan is compared with the state that the job has by now, as %s has it', async (_, at) => {
  const { write, come, declared, start } = counts()
  write('hourly', 1)
  come(100)
  const { running, statusOf, epoch } = await start()
  await expect.poll(async () => (await statusOf()).sources[0]?.records, patient).toBe(1)
  await expect.poll(epoch, patient).toBeGreaterThan(0)
  const before = await epoch()
  const deployed = running.manifest
  const check = (step: string, seconds: number) => {
    write(step, seconds)
    const changed = declared()
    const { parts } = changed.parts()
    return checkManifests(deployed, changed.manifest(), [jobKind], { ...at(running), parts })
  }
  const jobsOf = async (step: string, seconds: number) =>
    (await check(step, seconds)).filter(({ item }) => item === 'job fl.Count').map(({ change }) => change)
  expect(await jobsOf('perHour', 1)).toEqual(['state of "perHour": taken over from "hourly"'])

  await valueOf(running, 'heddle.ReloadPipelines')
  await expect.poll(epoch, patient).toBeGreaterThan(before)
  expect(await jobsOf('perHour', 1)).toEqual([])
  expect(await jobsOf('perHour', 2)).toEqual(['state of "perHour": built anew beside the running job, then swapped in'])
  expect(await jobsOf('hourly', 1)).toEqual(['state of "hourly": taken over from "perHour"'])
})
