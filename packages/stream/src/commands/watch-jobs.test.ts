import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { job } from '../job/job.ts'
import type { JobStatus } from '../job/job-status.ts'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const plan = `heddle: 1
pipeline: flights.Delays
access: public
source: { given: flights, type: { id: int } }
steps:
  - { id: look, call: { command: flights.Look, with: { id: it.id } } }
sink: { given: out }
`

async function open() {
  const parsed = parsePlan(plan, 'delays.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const look = command('flights.Look', {
    kind: 'query',
    input: z.object({ id: z.int() }),
    output: z.object({ id: z.int() }),
    access: 'public',
    async run({ input }) {
      if (input.id === 2) await released
      return input
    },
  })
  const flights = listSource([{ id: 1 }, { id: 2 }, { id: 3 }])
  const delays = job(parsed.plan, { sources: { flights }, sinks: { out: collectSink() }, commands: [look] })
  const folder = mkdtempSync(join(tmpdir(), 'heddle-jobs-'))
  folders.push(folder)
  const running = await app('flights', { parts: [look, delays], database: usualDatabase() }).open({ folder })
  await running.start()
  return { running, release }
}

test('whoever follows the jobs is told how they do now, and again when that has changed', async () => {
  const { running, release } = await open()
  const leaving = new AbortController()
  const told: JobStatus[] = []
  const following = running.callByName(
    'heddle.WatchJobs',
    { job: 'flights.Delays' },
    {
      as: { id: 'olga', permissions: ['heddle:operate'] },
      signal: leaving.signal,
      onItem(item) {
        told.push(...(item as { jobs: JobStatus[] }).jobs)
        release()
        if (told.at(-1)!.state === 'ended') leaving.abort()
      },
    },
  )
  expect(await following).toMatchObject({ ok: false, errors: [{ code: 'Cancelled' }] })
  expect(told.at(-1)).toMatchObject({ job: 'flights.Delays', state: 'ended', sinks: [{ records: 3 }] })
  const texts = told.map((one) => JSON.stringify(one))
  expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([])
  await running.close()
})

test('a job that is not there cannot be followed', async () => {
  const { running, release } = await open()
  release()
  expect(
    await running.callByName(
      'heddle.WatchJobs',
      { job: 'flights.Delay' },
      { as: { id: 'olga', permissions: ['heddle:operate'] }, onItem() {} },
    ),
  ).toMatchObject({
    ok: false,
    errors: [{ code: 'UnknownJob' }],
  })
  await running.close()
})
