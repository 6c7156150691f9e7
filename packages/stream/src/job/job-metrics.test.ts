import { type AnyCommand, command, Histogram, loadTracing, type OpenApp, type Part, seededRandom } from '@heddle/core'
import { AlwaysOnSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { delaysOfTests, statusOf } from '../../fixtures/delays-job.ts'
import { listSource } from '../source/list.ts'

const delays = delaysOfTests()

const exporter = new InMemorySpanExporter()
const provider = new TracerProvider({
  sampler: new AlwaysOnSampler(),
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
})

/** A part that has metrics counted, and spans kept in memory. */
const observed: Part = {
  kind: { name: 'observer', compare: () => [] },
  name: 'memory',
  describe: () => ({}),
  observe: async () => ({
    metrics: true,
    tracing: await loadTracing({ tracer: provider.getTracer('test'), random: seededRandom(7) }),
  }),
}

const plan = `heddle: 1
pipeline: flights.Delays
access: public
source: { given: flights, type: { id: int, origin: string, delay: int, at: int }, time: it.at, decode: whole }
steps:
  - { id: checked, call: flights.Check, onError: deadLetter }
  - { id: perAirport, window: { tumbling: 1h, by: it.origin }, aggregate: { flights: count() } }
sink: { table: { name: delays } }
checkpoint: 20ms
`

const flights = [
  ...Array.from({ length: 300 }, (_, id) => ({ id, origin: ['ATL', 'SFO'][id % 2]!, delay: id, at: id * 60_000 })),
  // Its hour is long over.
  { id: 300, origin: 'ATL', delay: 0, at: 0 },
]

const check = command('flights.Check', {
  kind: 'query',
  access: 'public',
  input: z.object({ id: z.int(), origin: z.string(), delay: z.int(), at: z.int() }),
  output: z.object({ id: z.int(), origin: z.string(), delay: z.int(), at: z.int() }),
  errors: { Odd: z.object({}) },
  run: ({ input, fail }) => (input.delay === 13 ? fail.Odd({}) : input),
})

async function open(commands: readonly AnyCommand[] = [check as AnyCommand], text = plan) {
  const options = { sources: { flights: listSource(flights) }, commands }
  return (await delays.open(text, options, { parts: [observed] })).running
}

/** The series of a metric by their labels beside the job. */
function seriesOf(running: OpenApp, name: string): Record<string, number> {
  const family = running.ports.telemetry.metrics!.collect().find((one) => one.name === name)
  expect(family, name).toBeDefined()
  return Object.fromEntries(
    family!.series.map(({ labels: { job: of, ...others }, value }) => {
      expect(of).toBe('flights.Delays')
      return [Object.values(others).join(), value instanceof Histogram ? value.count : value]
    }),
  )
}

const stateOf = async (running: OpenApp) => (await statusOf(running)).state
const ended = (running: OpenApp) => expect.poll(() => stateOf(running)).toBe('ended')

test('what a job read, worked on, lost and told is counted for each source, step and sink', async () => {
  const running = await open()
  await ended(running)
  expect(seriesOf(running, 'heddle_job_source_records_total')).toEqual({ source: 301 })
  expect(seriesOf(running, 'heddle_job_source_unread_total')).toEqual({ source: 0 })
  expect(seriesOf(running, 'heddle_job_records_total')).toEqual({ checked: 301, perAirport: 300 })
  expect(seriesOf(running, 'heddle_job_emitted_total')).toEqual({ checked: 300, perAirport: 10 })
  expect(seriesOf(running, 'heddle_job_failed_total')).toEqual({ checked: 1, perAirport: 0 })
  expect(seriesOf(running, 'heddle_job_late_total')).toEqual({ checked: 0, perAirport: 1 })
  expect(seriesOf(running, 'heddle_job_sink_records_total')).toEqual({ sink: 10 })
  expect(seriesOf(running, 'heddle_job_dead_letters_total')).toEqual({ '': 1 })
  expect(seriesOf(running, 'heddle_job_running')).toEqual({ '': 0 })
  // Nobody is behind where nobody works.
  expect(seriesOf(running, 'heddle_job_behind_records')).toEqual({})
})

test('what a task of another turn counted stays counted', async () => {
  const running = await open()
  await ended(running)
  await running.callByName('heddle.ResetJob', { pipeline: 'flights.Delays' })
  await running.callByName('heddle.ResumeJob', { pipeline: 'flights.Delays' })
  await expect.poll(() => seriesOf(running, 'heddle_job_source_records_total')).toEqual({ source: 602 })
  await ended(running)
  expect(seriesOf(running, 'heddle_job_dead_letters_total')).toEqual({ '': 2 })
})

test('while a job runs its state, its queue and how far it is behind can be read', async () => {
  let answer = () => {}
  const asked = new Promise<void>((resolve) => (answer = resolve))
  const slow = command('flights.Check', {
    kind: 'query',
    access: 'public',
    input: z.object({ id: z.int(), origin: z.string(), delay: z.int(), at: z.int() }),
    output: z.object({ id: z.int(), origin: z.string(), delay: z.int(), at: z.int() }),
    async run({ input }) {
      if (input.id === 150) await asked
      return input
    },
  })
  const running = await open([slow as AnyCommand])
  // Records keep their order: those behind the one that waits have answers, and wait as well.
  await expect.poll(() => seriesOf(running, 'heddle_job_records_total').perAirport).toBe(150)
  expect(seriesOf(running, 'heddle_job_running')).toEqual({ '': 1 })
  expect(seriesOf(running, 'heddle_job_queue').checked).toBeGreaterThan(0)
  expect(seriesOf(running, 'heddle_job_state_keys')).toEqual({ perAirport: 2 })
  expect(seriesOf(running, 'heddle_job_state_memory_bytes').perAirport).toBeGreaterThan(0)
  expect(Object.keys(seriesOf(running, 'heddle_job_behind_records'))).toEqual(['source'])
  // The flights are of 1970.
  const years = seriesOf(running, 'heddle_job_watermark_lag_seconds').source! / (365 * 24 * 3600)
  expect(years).toBeGreaterThan(50)
  answer()
  await ended(running)
})

const window = '{ id: perAirport, window: { tumbling: 1h, by: it.origin }, aggregate: { flights: count() } }'
const counts = `{ id: keyed, keyBy: it.origin }
  - { id: perAirport, aggregate: { flights: count() } }`

test('checkpoints are measured and traced one by one, and records are not', async () => {
  exporter.reset()
  // What it counts stays, so that the last checkpoint has something to write.
  const running = await open([check as AnyCommand], plan.replace(window, counts))
  await ended(running)
  const { '': made } = seriesOf(running, 'heddle_job_checkpoint_duration_seconds')
  expect(made).toBeGreaterThan(0)
  expect(seriesOf(running, 'heddle_job_checkpoint_bytes_total')['']).toBeGreaterThan(0)
  expect(seriesOf(running, 'heddle_job_checkpoint_keys_total')['']).toBeGreaterThanOrEqual(2)
  const spans = exporter.getFinishedSpans().filter(({ name }) => name === 'checkpoint flights.Delays')
  expect(spans).toHaveLength(made!)
  expect(spans.map(({ attributes }) => attributes['heddle.epoch'])).toEqual(spans.map((_, index) => index + 1))
  expect(spans[0]!.attributes).toMatchObject({ 'heddle.job': 'flights.Delays', 'heddle.bytes': expect.any(Number) })
})

test('a job that fails is counted with the code of its failure', async () => {
  const running = await open([check as AnyCommand], plan.replace('onError: deadLetter', 'onError: fail'))
  await expect.poll(() => stateOf(running)).toBe('failed')
  expect(await statusOf(running)).toMatchObject({ because: expect.stringContaining('source/0/13: Odd: ') })
  expect(seriesOf(running, 'heddle_job_failures_total')).toEqual({ RecordFailed: 1 })
  expect(seriesOf(running, 'heddle_job_failed_total')).toEqual({ checked: 1, perAirport: 0 })
})
