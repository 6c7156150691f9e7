import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, type AnyCommand, cache, command, error, memoryLog, type OpenApp, type Part, retry } from '../index.ts'
import { createVirtualTime } from '../testing/index.ts'
import { Histogram } from './histogram.ts'
import { createMetrics, type Metrics, seriesLimit } from './metrics.ts'

const counted: Part = {
  kind: { name: 'observer', compare: () => [] },
  name: 'counted',
  describe: () => ({}),
  observe: () => ({ metrics: true }),
}

/** Every value of a family, by its labels. */
function valuesOf(metrics: Metrics, name: string): Record<string, number | readonly number[]> {
  const family = metrics.collect().find((one) => one.name === name)
  return Object.fromEntries(
    (family?.series ?? []).map(({ labels, value }) => [
      Object.values(labels).join(' '),
      value instanceof Histogram ? [value.count, value.sum] : value,
    ]),
  )
}

const reach = command('counted.Reach', {
  input: z.object({ ms: z.int().max(1000) }),
  output: z.null(),
  errors: { Refused: z.object({}) },
  async run({ input, ctx, fail }) {
    await ctx.sleep(input.ms)
    return input.ms === 13 ? fail.Refused({}) : null
  },
})
const around = command('counted.Around', {
  input: z.object({ ms: z.int() }),
  output: z.null(),
  calls: [reach],
  run: ({ input, call }) => call(reach, input),
})

const open = (parts: readonly AnyCommand[]) => {
  const { clock, timers, advance } = createVirtualTime()
  return app('counted', { parts: [...parts, counted] })
    .open({ ports: { clock, timers, log: memoryLog() } })
    .then((opened) => ({ opened, metrics: opened.ports.telemetry.metrics!, advance }))
}

test('calls are counted and timed by command and by the way they came in', async () => {
  const { opened, metrics, advance } = await open([reach, around])
  const running = [
    opened.call(reach, { ms: 20 }),
    opened.call(reach, { ms: 30 }, { surface: 'http' }),
    opened.call(around, { ms: 40 }, { surface: 'http' }),
  ]
  expect(valuesOf(metrics, 'heddle_calls_in_flight')).toEqual({ 'counted.Reach': 3, 'counted.Around': 1 })
  await advance(1000)
  await Promise.all(running)
  expect(valuesOf(metrics, 'heddle_calls_in_flight')).toEqual({ 'counted.Reach': 0, 'counted.Around': 0 })
  expect(valuesOf(metrics, 'heddle_call_duration_seconds')).toEqual({
    'counted.Reach code': [1, 0.02],
    'counted.Reach http': [1, 0.03],
    'counted.Reach command': [1, 0.04],
    'counted.Around http': [1, 0.04],
  })
  await opened.close()
})

test('failures are counted by the code of the first one, also those of bad input, and what never began by its code', async () => {
  const { opened, metrics, advance } = await open([reach])
  const running = [opened.call(reach, { ms: 13 }), opened.call(reach, { ms: 9999 })]
  await advance(1000)
  await Promise.all(running)
  await opened.call(reach, { ms: 1 }, { deadline: -1 })
  expect(valuesOf(metrics, 'heddle_call_failures_total')).toEqual({
    'counted.Reach code Refused': 1,
    'counted.Reach code TooBig': 1,
  })
  expect(valuesOf(metrics, 'heddle_calls_refused_total')).toEqual({ InvalidOption: 1 })
  await opened.close()
})

test('a defect of a subcommand is counted for it and for its caller', async () => {
  const breaks = command('counted.Break', {
    input: z.null(),
    output: z.null(),
    run() {
      throw new TypeError('x is not a function')
    },
  })
  const calls = command('counted.Call', {
    input: z.null(),
    output: z.null(),
    calls: [breaks],
    run: ({ call }) => call(breaks, null),
  })
  const { opened, metrics } = await open([breaks, calls])
  await opened.call(calls, null)
  expect(valuesOf(metrics, 'heddle_call_failures_total')).toEqual({
    'counted.Break command Internal': 1,
    'counted.Call code Internal': 1,
  })
  expect(valuesOf(metrics, 'heddle_calls_in_flight')).toEqual({ 'counted.Break': 0, 'counted.Call': 0 })
  await opened.close()
})

test('attempts of a policy after the first one, and what a cache knew, are counted', async () => {
  let runs = 0
  const flaky = command('counted.Flaky', {
    kind: 'query',
    input: z.null(),
    output: z.int(),
    errors: { Busy: error(z.object({}), { retry: 'later' }) },
    policies: [cache({ ttl: '1m' }), retry({ attempts: 5 })],
    run: ({ fail }) => (++runs < 3 ? fail.Busy({}) : runs),
  })
  const { opened, metrics, advance } = await open([flaky])
  const first = opened.callOrThrow(flaky, null)
  await advance(60_000 - 1)
  expect(await first).toBe(3)
  expect(valuesOf(metrics, 'heddle_call_retries_total')).toEqual({ 'counted.Flaky': 2 })
  expect(valuesOf(metrics, 'heddle_cache_misses_total')).toEqual({ '': 1 })
  await opened.close()
})

test('the calls that run are told with their ages, the oldest first', async () => {
  const { opened, advance } = await open([reach, around])
  const older = opened.call(around, { ms: 500 }, { surface: 'http', traceId: 'a'.repeat(32) })
  await advance(100)
  const newer = opened.call(reach, { ms: 500 })
  await advance(50)
  expect(opened.activeCalls()).toMatchObject([
    { command: 'counted.Around', ageMs: 150, surface: 'http', tenant: 'main', traceId: 'a'.repeat(32), hasUnit: false },
    { command: 'counted.Reach', ageMs: 50, surface: 'code' },
  ])
  await advance(1000)
  await Promise.all([older, newer])
  expect(opened.activeCalls()).toEqual([])
  await opened.close()
})

test('the process is measured: its event loop, its memory, its processor', async () => {
  const { opened, metrics } = await open([reach])
  const names = metrics.collect().map(({ name }) => name)
  expect(names).toContain('heddle_event_loop_delay_seconds')
  expect(valuesOf(metrics, 'process_resident_memory_bytes')['']).toBeGreaterThan(1e6)
  expect(valuesOf(metrics, 'process_cpu_seconds_total')['']).toBeGreaterThan(0)
  expect(Object.keys(valuesOf(metrics, 'heddle_info'))).toEqual([`counted ${process.version}`])
  await opened.close()
})

test('an app counts what it wants by itself', async () => {
  const { opened, metrics } = await open([reach])
  const beds = (from: OpenApp) => from.ports.telemetry.metrics?.counter('clinic_beds_total', 'Beds.', 'ward')
  beds(opened)!.of('north').add()
  beds(opened)!.of('north').add(2)
  expect(valuesOf(metrics, 'clinic_beds_total')).toEqual({ north: 3 })
  await opened.close()
})

test('a name that Prometheus does not take, or that stands for something else, is refused', () => {
  const metrics = createMetrics()
  metrics.counter('a_total', 'A.', 'x')
  expect(() => metrics.counter('a-b', 'A.')).toThrow('metric a-b')
  expect(() => metrics.counter('b_total', 'B.', 'x-y')).toThrow('"x-y" is no name of a label')
  expect(() => metrics.histogram('a_total', 'A.', 'x')).toThrow('it is a counter with the labels x already')
  expect(() => metrics.counter('a_total', 'A.', 'y')).toThrow('it is a counter with the labels x already')
  expect(() => metrics.gauge('a_total', 'A.', () => 1)).toThrow('it is a counter already')
})

test('beyond the limit all further series are one', () => {
  const metrics = createMetrics()
  const family = metrics.counter('a_total', 'A.', 'x')
  for (let index = 0; index < seriesLimit + 5; index++) family.of(String(index)).add()
  const [{ series }] = metrics.collect() as [ReturnType<Metrics['collect']>[number]]
  expect(series).toHaveLength(seriesLimit + 1)
  expect(series.at(-1)).toEqual({ labels: { overflow: 'true' }, value: 5 })
})

test('a value on a bound is below it, and one beyond all bounds is counted', () => {
  const histogram = new Histogram([1, 2])
  for (const value of [0.5, 1, 1.5, 2, 3]) histogram.add(value)
  expect([[...histogram.counts], histogram.count, histogram.sum]).toEqual([[2, 2, 1], 5, 8])
})
