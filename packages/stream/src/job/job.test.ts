import { command, systemFailure } from '@heddle/core'
import { fn } from '@heddle/pipeline'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { delaysOfTests, looking, planOf, statusOf, valueOf } from '../../fixtures/delays-job.ts'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'
import { job } from './job.ts'
import type { JobOptions } from './job-options.ts'

const { newFolder, open: openDelays } = delaysOfTests()

const flights = Array.from({ length: 5000 }, (_, id) => ({
  id,
  origin: ['ATL', 'SFO', 'JFK'][id % 3]!,
  delay: (id * 7) % 90,
  at: id * 60_000,
}))

const head = (more = '') => `heddle: 1
pipeline: flights.Delays
access: public
source: { given: flights, type: { id: int, origin: string, delay: int, at: int }, time: it.at, decode: whole }
checkpoint: 20ms
${more}`

const delays = head(`steps:
  - { id: late, filter: it.delay > 15 }
  - id: perAirport
    window: { tumbling: 1d, by: it.origin }
    aggregate: { flights: count(), worst: max(it.delay), mean: avg(it.delay) }
sink: { table: { name: delays } }
`)

const open = (text: string, options: JobOptions = {}, folder = newFolder()) =>
  openDelays(text, { sources: { flights: listSource(flights) }, ...options }, { folder })

test('a job reads its source to the end, into a table of the app, and says how it is doing', async () => {
  const { running } = await open(delays)
  await expect.poll(async () => (await statusOf(running)).state).toBe('ended')
  const status = await statusOf(running)
  expect(status).toMatchObject({
    guarantee: 'exactly once',
    sources: [{ name: 'source', kind: 'list', records: 5000 }],
    steps: [
      { step: 'late', kind: 'filter', failed: 0 },
      { step: 'perAirport', kind: 'window', emitted: 12 },
    ],
    sinks: [{ name: 'sink', kind: 'table', delivery: 'unit', records: 12 }],
  })
  const rows = await valueOf<{ records: { origin: string; flights: number }[] }>(running, 'flights.FindDelays', {
    limit: 100,
  })
  expect(rows.records).toHaveLength(12)
  const expected = new Map<string, number>()
  for (const { origin, delay, at } of flights) {
    const key = `${origin} ${Math.floor(at / 86_400_000)}`
    if (delay > 15) expected.set(key, (expected.get(key) ?? 0) + 1)
  }
  expect(rows.records.map((row) => row.flights).toSorted()).toEqual([...expected.values()].toSorted())
})

test('its own command tells the same, and a job that has ended rests over a restart', async () => {
  const { running, folder } = await open(delays)
  await expect.poll(async () => (await statusOf(running)).state).toBe('ended')
  expect(await valueOf(running, 'flights.Delays')).toMatchObject({ state: 'ended', job: 'flights.Delays' })
  await running.close()
  const again = await open(delays, {}, folder)
  expect(await statusOf(again.running)).toMatchObject({ state: 'ended', sources: [{ records: 5000 }] })
})

test('a job is paused and resumed, also over a restart, and goes on where it was', async () => {
  // It has no room for more until the job was told to pause.
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const out = collectSink({ room: () => asked })
  const text = head('steps:\n  - { id: late, filter: it.delay > 15 }\nsink: { given: out }\n')
  const slow = { length: 5000, at: (index: number) => flights[index] }
  const options = { sources: { flights: listSource(slow) }, sinks: { out }, settings: { batch: 16, latencyMs: 0 } }
  const { running, folder } = await open(text, options)
  await valueOf(running, 'heddle.PauseJob', { pipeline: 'flights.Delays' })
  ask()
  await expect.poll(async () => (await statusOf(running)).state).toBe('paused')
  const before = out.values.length
  expect(before).toBeLessThan(4000)
  await running.close()
  const again = await open(text, options, folder)
  expect(await statusOf(again.running)).toMatchObject({ state: 'paused' })
  expect(out.values).toHaveLength(before)
  await valueOf(again.running, 'heddle.ResumeJob', { pipeline: 'flights.Delays' })
  await expect.poll(async () => (await statusOf(again.running)).state).toBe('ended')
  expect(out.values).toEqual(flights.filter(({ delay }) => delay > 15))
})

test('a command is called for several records at a time, and what it fails with is a dead letter with its place', async () => {
  const classify = command('flights.Classify', {
    kind: 'query',
    input: z.object({ id: z.int(), delay: z.int() }),
    output: z.object({ id: z.int(), sort: z.string() }),
    errors: { Unlucky: z.object({ id: z.int() }) },
    async run({ input: { id, delay }, fail }) {
      await Promise.resolve()
      return id === 13 ? fail.Unlucky({ id }) : { id, sort: delay > 60 ? 'late' : 'fine' }
    },
  })
  const out = collectSink()
  const text = head(`steps:
  - { id: sort, call: { command: flights.Classify, with: { id: it.id, delay: it.delay } }, onError: deadLetter }
sink: { given: out }
`)
  const few = flights.slice(0, 50)
  const { running } = await open(text, { sources: { flights: listSource(few) }, sinks: { out }, commands: [classify] })
  await expect.poll(async () => (await statusOf(running)).state).toBe('ended')
  const letters = await running.ports.deadLetters.list({ tenant: 'main' })
  expect(letters.map(({ errors }) => errors)).toHaveLength(1)
  expect(await statusOf(running)).toMatchObject({ letters: 1 })
  expect(out.values).toHaveLength(49)
  expect(letters).toMatchObject([
    { command: 'flights.Delays/sort', origin: 'source/0/13', input: { id: 13 }, errors: [{ code: 'Unlucky' }] },
  ])
})

test('what an operator or a function fails with is a dead letter, or another value, where the plan says so', async () => {
  const out = collectSink()
  const text = head(`steps:
  - { id: look, operator: look, onError: deadLetter }
  - { id: half, call: half, onError: { use: { id: '0 - 1' } } }
sink: { given: out }
`)
  const failing = (at: number) => (given: { readonly id: number }) => {
    if (given.id === at) throw new Error(`no ${at}`)
  }
  const look = looking('look', failing(3))
  const half = fn('half', z.unknown(), z.object({ id: z.int() }), (given) => {
    failing(5)(given as { id: number })
    return given as { id: number }
  })
  const few = { sources: { flights: listSource(flights.slice(0, 8)) }, sinks: { out }, operators: { look } }
  const { running } = await open(text, { ...few, commands: [half] })
  await expect.poll(async () => (await statusOf(running)).state).toBe('ended')
  expect(out.values.map((one) => (one as { id: number }).id)).toEqual([0, 1, 2, 4, -1, 6, 7])
  expect(await running.ports.deadLetters.list({ tenant: 'main' })).toMatchObject([
    { command: 'flights.Delays/look', origin: 'source/0/3', errors: [{ code: 'RecordFailed' }] },
  ])
})

test('a job that fails for good rests with its reason, and goes on once it is resumed', async () => {
  const out = collectSink()
  let isBroken = true
  const text = head(`steps:
  - { id: look, operator: look }
sink: { given: out }
`)
  const look = looking('look', ({ id }) => {
    if (isBroken && id === 100) throw new Error('no such flight')
  })
  const { running } = await open(text, { sinks: { out }, operators: { look } })
  await expect.poll(async () => (await statusOf(running)).state).toBe('failed')
  expect((await statusOf(running)).because).toContain('no such flight')
  isBroken = false
  await valueOf(running, 'heddle.ResumeJob', { pipeline: 'flights.Delays' })
  await expect.poll(async () => (await statusOf(running)).state).toBe('ended')
  expect(out.values).toHaveLength(5000)
})

test('a paused job is put back to an earlier checkpoint, and reads again what came after it', async () => {
  const out = collectSink({ delivery: 'plain' })
  const text = head('steps:\n  - { id: all, filter: "true" }\nsink: { given: out }\n')
  const { running } = await open(text, { sinks: { out }, settings: { batch: 100, latencyMs: 0, checkpointMs: 1 } })
  await expect.poll(async () => (await statusOf(running)).state, { timeout: 10_000 }).toBe('ended')
  const { checkpoints } = await valueOf<{ checkpoints: { epoch: number; isCurrent: boolean }[] }>(
    running,
    'heddle.ListCheckpoints',
    { pipeline: 'flights.Delays' },
  )
  expect(checkpoints[0]).toMatchObject({ isCurrent: true })
  expect(checkpoints.length).toBeGreaterThan(1)
  const { epoch } = checkpoints.at(-1)!
  expect(await running.callByName('heddle.RestoreJob', { pipeline: 'flights.Delays', epoch })).toMatchObject({
    ok: false,
    errors: [{ code: 'ToldTwice', data: { sinks: '"collect"' } }],
  })
  const restored = await valueOf(running, 'heddle.RestoreJob', { pipeline: 'flights.Delays', epoch, force: true })
  expect(restored).toEqual({ epoch, again: [{ sink: 'sink', kind: 'collect', how: 'twice' }], pending: false })
  const before = out.values.length
  await valueOf(running, 'heddle.ResumeJob', { pipeline: 'flights.Delays' })
  await expect.poll(async () => (await statusOf(running)).state, { timeout: 10_000 }).toBe('ended')
  expect(out.values.length).toBeGreaterThan(before)
  expect(new Set(out.values.map((one) => (one as { id: number }).id)).size).toBe(5000)
  const left = await valueOf<{ checkpoints: { epoch: number }[] }>(running, 'heddle.ListCheckpoints', {
    pipeline: 'flights.Delays',
  })
  // Those that were given up are gone: the state file cannot go back to them.
  const given = new Set(checkpoints.map((one) => one.epoch).filter((one) => one > epoch))
  expect(left.checkpoints.filter((one) => given.has(one.epoch))).toEqual([])
  const told = await running.callByName('heddle.RestoreJob', { pipeline: 'flights.Delays', epoch: 9999 })
  expect(told).toMatchObject({ ok: false, errors: [{ code: 'UnknownCheckpoint' }] })
})

test('explain tells the plan, the weakest link and what each step reads and keeps', async () => {
  const text = `${delays}`.replace('sink: { table: { name: delays } }', 'sink: { given: out }')
  const { running } = await open(text, { sinks: { out: collectSink({ delivery: 'plain' }) } })
  expect(await valueOf(running, 'heddle.ExplainJob', { job: 'flights.Delays' })).toMatchObject({
    guarantee: { level: 'at least once', text: 'at least once because the sink "collect" cannot deduplicate' },
    steps: [
      { step: 'late', reads: ['source'], state: {} },
      { step: 'perAirport', reads: ['late'], state: { windows: 'map' } },
    ],
    sources: [{ kind: 'list', decode: 'whole' }],
  })
})

test('mistakes of a plan are told with their places', () => {
  const twice = 'sinks:\n  one: { from: a, file: out.ndjson }\n  two: { from: a, file: out.ndjson }\n'
  const shared = () =>
    job(planOf(head(`steps:\n  - { id: a, filter: it.delay > 1 }\n${twice}`)), {
      sources: { flights: listSource(flights) },
    })
  expect(shared).toThrow(/"one" and "two" both write to out.ndjson/)
  expect(() => job(planOf(head('steps:\n  - { id: late, filter: it.dely > 15 }\nsink: { stdout: {} }\n')))).toThrow(
    /dely/,
  )
  const others = { sources: { reports: listSource(flights) } }
  const all = planOf(head('steps:\n  - { id: all, filter: "true" }\nsink: { stdout: {} }\n'))
  expect(() => job(all, others)).toThrow(/There is no such source; known: reports/)
  expect(() => job(all)).toThrow(/There is no such source; give it to the job in code, as one of its sources/)
  expect(() => job(planOf('heddle: 1\npipeline: a.B\nsteps:\n  - { id: a, map: "1" }\n'))).toThrow(
    /A job reads a source/,
  )
})

/** Flights that go on for as long as they are asked for, in batches of ten. */
const endless = () => {
  let next = 0
  return {
    ...listSource([]),
    bounded: false,
    guarantees: { replays: true, ordered: true },
    open: () => ({
      partitions: () => ['0'],
      openPartition: (_partition: string, position: unknown) => {
        next = typeof position === 'number' ? position : 0
        return {
          read: async () => {
            await new Promise((resolve) => setImmediate(resolve))
            const values = Array.from({ length: 10 }, (_, index) => flights[(next + index) % 4998]!)
            next += 10
            return {
              values: values.map((flight, index) => ({ ...flight, at: (next + index) * 60_000 })),
              position: next,
            }
          },
          close() {},
        }
      },
      close() {},
    }),
  }
}

test('another plan goes on with the state of the one before, where it fits; where it does not, the job says so and rests', async () => {
  const counted = (id: string, more = '', window = '{ tumbling: 1d, by: it.origin }') =>
    head(`steps:
  - { id: late, filter: it.delay >= 0 }${more}
  - { id: ${id}, window: ${window}, aggregate: { flights: count() } }
sink: { given: out }
`)
  const out = collectSink()
  const folder = newFolder()
  const run = async (text: string, options: JobOptions = {}) => {
    const given = { sources: { flights: endless() }, sinks: { out }, ...options }
    const { running } = await open(text, given, folder)
    const first = (await statusOf(running)).epoch
    await expect
      .poll(async () => {
        const { state, epoch } = await statusOf(running)
        return state === 'failed' || epoch > first + 2
      })
      .toBe(true)
    const status = await statusOf(running)
    await running.close()
    return status
  }
  expect((await run(counted('perAirport'))).state).toBe('running')
  // A filter more, and another name that is declared: the counts of the open window stay.
  const more = '\n  - { id: near, filter: it.delay < 1000 }'
  const renamed = await run(counted('perOrigin', more), { renamed: { perOrigin: 'perAirport' } })
  expect(renamed.state).toBe('running')
  // Each whole day counts each flight of it once.
  const days = out.values as { origin: string; flights: number }[]
  expect(days.length).toBeGreaterThan(3)
  expect(days.slice(3, -3).every(({ flights: count }) => count === 480)).toBe(true)
  const changed = await run(counted('perOrigin', more, '{ tumbling: 1h, by: it.origin }'))
  expect(changed).toMatchObject({
    state: 'failed',
    because: expect.stringContaining('Settings that shape its state changed'),
  })
  // It was refused, and stays refused: resumed, it does not take the state for its own.
  const again = await open(
    counted('perOrigin', more, '{ tumbling: 1h, by: it.origin }'),
    { sources: { flights: endless() }, sinks: { out } },
    folder,
  )
  await valueOf(again.running, 'heddle.ResumeJob', { pipeline: 'flights.Delays' })
  await expect.poll(async () => (await statusOf(again.running)).state).toBe('failed')
  expect((await statusOf(again.running)).because).toContain('Settings that shape its state changed')
  await again.running.close()
  const dropped = await run(counted('perHour', more, '{ tumbling: 1h, by: it.origin }'))
  expect(dropped.state).toBe('failed')
})

test('a job that is dropped forgets its state and place, and what its source keeps elsewhere', async () => {
  let forgotten = 0
  const source = listSource(flights)
  const forgetting = {
    ...source,
    open: (host: never) => ({ ...(source.open(host) as object), forget: () => void forgotten++ }),
  }
  const out = collectSink({ delivery: 'plain' })
  const text = head('steps:\n  - { id: all, filter: "true" }\nsink: { given: out }\n')
  const { running } = await open(text, { sources: { flights: forgetting as never }, sinks: { out } })
  await expect.poll(async () => (await statusOf(running)).state).toBe('ended')
  expect(await valueOf(running, 'heddle.DropJob', { pipeline: 'flights.Delays' })).toEqual({ dropped: true })
  expect(forgotten).toBe(1)
  expect(await statusOf(running)).toMatchObject({ state: 'paused', epoch: 0 })
  await valueOf(running, 'heddle.ResumeJob', { pipeline: 'flights.Delays' })
  await expect.poll(() => out.values.length).toBe(10_000)
  expect(await running.callByName('heddle.DropJob', { pipeline: 'flights.Nothing' })).toMatchObject({ ok: false })
})

test('a job that cannot reach its source waits, says why, and goes on once it is there', async () => {
  const out = collectSink()
  let isThere = false
  const source = listSource(flights.slice(0, 10))
  const away = {
    ...source,
    open: (...given: Parameters<typeof source.open>) => {
      if (!isThere) throw systemFailure('Unavailable', { what: 'The file flights.ndjson' })
      return source.open(...given)
    },
  }
  const text = head('steps:\n  - { id: all, filter: "true" }\nsink: { given: out }\n')
  const { running } = await open(text, { sources: { flights: away }, sinks: { out } })
  await expect.poll(async () => (await statusOf(running)).state).toBe('waiting')
  const explained = () => valueOf<{ behind: string[] }>(running, 'heddle.ExplainJob', { job: 'flights.Delays' })
  expect((await explained()).behind[0]).toMatch(/^it failed, and begins anew after a pause: .*flights.ndjson/)
  isThere = true
  await expect.poll(async () => (await statusOf(running)).state, { timeout: 10_000 }).toBe('ended')
  expect(out.values).toHaveLength(10)
  expect((await explained()).behind).toEqual([])
})

test('a job that was reset calls anew, whatever it was answered before', async () => {
  let calls = 0
  const add = command('flights.Add', {
    input: z.object({ id: z.int() }),
    output: z.object({}),
    run: () => {
      calls++
      return {}
    },
  })
  const text = head('steps:\n  - { id: all, map: { id: it.id } }\nsink: { command: flights.Add }\n')
  const few = { flights: listSource(flights.slice(0, 20)) }
  const { running } = await open(text, { sources: few, commands: [add] })
  await expect.poll(async () => (await statusOf(running)).state).toBe('ended')
  expect(calls).toBe(20)
  await valueOf(running, 'heddle.ResetJob', { pipeline: 'flights.Delays' })
  await valueOf(running, 'heddle.ResumeJob', { pipeline: 'flights.Delays' })
  await expect.poll(() => calls).toBe(40)
})

test('what a sink refuses of the last epoch is a dead letter too', async () => {
  const add = command('flights.Add', {
    input: z.object({ id: z.int() }),
    output: z.object({}),
    errors: { Unlucky: z.object({}) },
    run: ({ input: { id }, fail }) => (id % 10 === 3 ? fail.Unlucky({}) : {}),
  })
  const text = head('steps:\n  - { id: all, map: { id: it.id } }\nsink: { command: flights.Add }\n')
  const few = { flights: listSource(flights.slice(0, 20)) }
  const { running } = await open(text, { sources: few, commands: [add] })
  await expect.poll(async () => (await statusOf(running)).state).toBe('ended')
  const letters = await running.ports.deadLetters.list({ tenant: 'main' })
  expect(letters.map(({ input }) => input)).toEqual([{ id: 3 }, { id: 13 }])
})
