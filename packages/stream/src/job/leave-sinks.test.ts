import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { app, Defect, type OpenApp } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { afterEach, expect, test } from 'vitest'
import { valueOf } from '../../fixtures/delays-job.ts'
import { collectSink } from '../sink/collect.ts'
import { fileSinkKind } from '../sink/file.ts'
import type { SinkKind } from '../sink/sink.ts'
import { job } from './job.ts'
import type { JobOptions } from './job-options.ts'
import type { JobStatus } from './job-status.ts'

const patient = { timeout: 45_000 }
const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A file sink whose process dies behind each checkpoint, before what is aside gets its place. */
const dying = {
  ...fileSinkKind,
  create(...given: Parameters<typeof fileSinkKind.create>) {
    const sink = fileSinkKind.create(...given)
    const finish = () => {
      throw new Defect('InvalidConfig', { reason: 'the process dies' })
    }
    return { ...sink, open: async (host) => ({ ...(await sink.open(host)), finish }) }
  },
} as typeof fileSinkKind as unknown as SinkKind

const steps = (seconds: number) =>
  `steps: [{ id: perWindow, window: { tumbling: ${seconds}s }, aggregate: { count: count() } }]\n`
const source = (follow: boolean) =>
  `source: { file: { path: in.ndjson, follow: ${follow} }, type: { n: int, at: int }, time: it.at }\n`
const sinks = (all: string, name = 'all') =>
  `sinks: { counts: { from: perWindow, table: { name: counts } }, ${name}: { from: source, ${all} } }\n`
const planText = (all: string, { name = 'all', seconds = 1, follow = false } = {}) =>
  `heddle: 1\npipeline: fl.Copy\naccess: public\ncheckpoint: 20ms\n${source(follow)}${steps(seconds)}${sinks(all, name)}`

function jobs() {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-left-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'copy.yaml')
  const told = collectSink()
  const names = () => readdirSync(folder).filter((name) => name.includes('out'))
  const read = (name: string) => {
    const bytes = readFileSync(join(folder, name))
    return String(name.endsWith('.gz') ? gunzipSync(bytes) : bytes)
      .split('\n')
      .slice(0, -1)
  }
  return {
    told,
    names,
    write: (text: string) => writeFileSync(file, text),
    put: (name: string, text: string) => writeFileSync(join(folder, name), text),
    /** The numbers in all files that have their names. */
    written: () =>
      names()
        .filter((name) => !name.startsWith('.'))
        .flatMap(read)
        .map((line) => (JSON.parse(line) as { n: number }).n)
        .toSorted((one, other) => one - other),
    async start(more: Partial<JobOptions> = {}) {
      const made = job(pathToFileURL(file), { sinks: { told }, ...more })
      const running = await app('fl', { parts: [made], database: usualDatabase() }).open({ folder, root: folder })
      closing.push(() => running.close())
      await running.start()
      return running
    },
  }
}

const linesOf = (count: number) =>
  Array.from({ length: count }, (_, n) => `${JSON.stringify({ n, at: n * 100 })}\n`).join('')
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)
const stateOf = async (running: OpenApp) =>
  (await valueOf<JobStatus>(running, 'heddle.ShowJob', { job: 'fl.Copy' })).state
const untilState = (running: OpenApp, state: string) => expect.poll(() => stateOf(running), patient).toBe(state)
const numbers = (values: readonly unknown[]) => values.map((value) => (value as { n: number }).n)

const [one, rolled] = ['file: out.ndjson', 'file: { path: out.ndjson, roll: { records: 30 } }']
const zipped = 'file: { path: out.ndjson, compression: gzip, roll: { records: 30 } }'

test.each([
  [one, 'given: told', {}],
  [rolled, 'given: told', {}],
  [one, 'given: told', { name: 'other' }],
  [rolled, 'given: told', { name: 'other' }],
  [one, 'given: told', { seconds: 2 }],
  [rolled, 'given: told', { seconds: 2 }],
  [one, rolled, {}],
  [rolled, one, {}],
  [rolled, one, { seconds: 2 }],
])('what %s has staged when its process dies gets its place under a plan with %s (%j)', async (before, after, more) => {
  const { told, names, write, put, written, start } = jobs()
  put('in.ndjson', linesOf(40))
  write(planText(before, { follow: true }))
  const first = await start({ sinkKinds: [dying] })
  await untilState(first, 'failed')
  await first.close()
  expect(names().filter((name) => name.endsWith('.part'))).not.toEqual([])
  expect(written()).toEqual([])
  // It died once more while the next epoch was written.
  put(before === one ? '.out.ndjson.99.part' : '.out-000099.ndjson.part', linesOf(3))

  put('in.ndjson', linesOf(80))
  write(planText(after, more))
  const second = await start()
  await valueOf(second, 'heddle.ResumeJob', { pipeline: 'fl.Copy' })
  await untilState(second, 'ended')
  expect([...written(), ...numbers(told.values)]).toEqual(upTo(80))
  expect(written().length).toBeGreaterThan(0)
  expect(names().filter((name) => name.startsWith('.'))).toEqual([])
})

test('a rolled file that is open gets its name when its sink becomes another one while the job runs', async () => {
  const { told, names, write, put, written, start } = jobs()
  put('in.ndjson', linesOf(40))
  write(planText(rolled, { follow: true }))
  const running = await start()
  await expect.poll(() => names(), patient).toEqual(['.out-000002.ndjson.part', 'out-000001.ndjson'])
  write(planText('given: told', { follow: true }))
  expect(await running.callByName('heddle.ReloadPipelines', {})).toMatchObject({ ok: true })
  await expect.poll(() => names(), patient).toEqual(['out-000001.ndjson', 'out-000002.ndjson'])
  put('in.ndjson', linesOf(80))
  await expect.poll(() => told.values.length, patient).toBe(40)
  expect([...written(), ...numbers(told.values)]).toEqual(upTo(80))
})

test('files that are rolled go on where only their compression changes, each whole', async () => {
  const { names, write, put, written, start } = jobs()
  put('in.ndjson', linesOf(40))
  write(planText(zipped, { follow: true }))
  const first = await start()
  await expect.poll(() => names(), patient).toEqual(['.out-000002.ndjson.gz.part', 'out-000001.ndjson.gz'])
  await first.close()
  put('in.ndjson', linesOf(80))
  write(planText(rolled))
  const second = await start()
  await untilState(second, 'ended')
  expect(names()).toEqual(['out-000001.ndjson', 'out-000001.ndjson.gz', 'out-000002.ndjson', 'out-000002.ndjson.gz'])
  expect(written()).toEqual(upTo(80))
})

test.each([
  ['restarted', 10],
  ['restarted', 0],
  ['reloaded', 10],
  ['reloaded', 0],
])(
  'a job that is %s keeps all rows of a rolled file whose sink is another one for %i records',
  async (way, between) => {
    const { told, names, write, put, written, start } = jobs()
    put('in.ndjson', linesOf(40))
    write(planText(rolled, { follow: true }))
    let running = await start()
    const turnTo = async (all: string, name?: string) => {
      write(planText(all, { follow: true, name }))
      if (way === 'reloaded') return void (await running.callByName('heddle.ReloadPipelines', {}))
      await running.close()
      running = await start()
    }
    const all = () => [...written(), ...numbers(told.values)].toSorted((one, other) => one - other)
    await expect.poll(names, patient).toEqual(['.out-000002.ndjson.part', 'out-000001.ndjson'])

    await turnTo('given: told')
    await expect.poll(names, patient).toEqual(['out-000001.ndjson', 'out-000002.ndjson'])
    put('in.ndjson', linesOf(40 + between))
    await expect.poll(() => told.values.length, patient).toBe(between)
    await turnTo(rolled)
    put('in.ndjson', linesOf(80 + between))
    await expect.poll(() => all().length, patient).toBeGreaterThanOrEqual(60 + between)
    await turnTo('given: told', 'other')
    await expect.poll(all, patient).toEqual(upTo(80 + between))
    expect(names().filter((name) => name.startsWith('.'))).toEqual([])
  },
)
