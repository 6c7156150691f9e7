import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { AlwaysOnSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command, type Histogram, loadTracing, type Part, systemRandom } from '@heddle/core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { entity, repository, sqlite } from '../index.ts'

const exporter = new InMemorySpanExporter()
const provider = new TracerProvider({
  sampler: new AlwaysOnSampler(),
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
})
const observing: Part = {
  kind: { name: 'observer', compare: () => [] },
  name: 'all',
  describe: () => ({}),
  observe: async () => ({
    metrics: true,
    tracing: await loadTracing({ tracer: provider.getTracer('test'), random: systemRandom }),
  }),
}

const Note = entity('notes.Note', { key: 'id', fields: { id: z.string(), text: z.string() } })
const Notes = repository(Note)
const write = command('notes.Write', {
  input: z.object({ id: z.string(), text: z.string() }),
  output: z.null(),
  uses: [Notes],
  async run({ input, ctx }) {
    const notes = ctx.use(Notes)
    await notes.get('other')
    notes.insert(input)
    return null
  },
})
const begin = command('notes.Begin', {
  input: z.object({ id: z.string(), text: z.string() }),
  output: z.int(),
  calls: [write],
  uses: [Notes],
  async run({ input, call, ctx }) {
    await call(write, input)
    return (await ctx.use(Notes).find({ where: { text: input.text } })).records.length
  },
})

let folder: string
beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))
afterAll(() => context.disable())
beforeEach(() => {
  exporter.reset()
  folder = mkdtempSync(join(tmpdir(), 'heddle-telemetry-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = () => app('notes', { parts: [write, begin, observing], database: sqlite() }).open({ folder })

test('each statement has a span within the command that runs it, and the commit one of its own', async () => {
  const opened = await open()
  exporter.reset()
  await opened.callOrThrow(begin, { id: 'n1', text: 'a private text' })
  await opened.close()

  const spans = exporter.getFinishedSpans()
  const nameOf = (id: string | undefined) => spans.find((span) => span.spanContext().spanId === id)?.name
  expect(spans.map(({ name, parentSpanContext }) => [name, nameOf(parentSpanContext?.spanId)])).toEqual([
    ['read notes.Note', 'notes.Write'],
    ['notes.Write', 'notes.Begin'],
    ['find notes.Note', 'notes.Begin'],
    ['commit', 'commit'],
    ['commit', 'notes.Begin'],
    ['notes.Begin', undefined],
  ])
  expect(spans[0]!.attributes).toEqual({
    'db.system.name': 'sqlite',
    'db.operation.name': 'read',
    'db.collection.name': 'notes.Note',
  })
  expect(JSON.stringify(spans.map(({ name, attributes, events }) => [name, attributes, events]))).not.toContain(
    'private',
  )
})

test('statements are timed by operation and table, and the queue of the writer can be read', async () => {
  const opened = await open()
  const running = [1, 2, 3].map((id) => opened.callOrThrow(write, { id: `n${id}`, text: 'x' }))
  const families = () => opened.ports.telemetry.metrics!.collect()
  await Promise.all(running)
  const timed = families().find(({ name }) => name === 'heddle_database_duration_seconds')!
  const counts = timed.series.map(({ labels: { operation, table }, value }) => [
    operation,
    table,
    (value as Histogram).count,
  ])
  expect(counts).toContainEqual(['read', 'notes.Note', 3])
  expect(counts).toContainEqual(['commit', '', 3])
  expect(families().find(({ name }) => name === 'heddle_database_waiting')!.series).toEqual([{ labels: {}, value: 0 }])
  expect(families().find(({ name }) => name === 'heddle_units_open')!.series).toEqual([{ labels: {}, value: 0 }])
  await opened.close()
})

test('an app of which nobody wants to know anything has the bare database', async () => {
  const opened = await app('notes', { parts: [write], database: sqlite() }).open({ folder })
  expect(opened.ports.telemetry).toEqual({})
  expect((opened.ports.transactions as unknown as { database: { waiting(): number } }).database.waiting()).toBe(0)
  await opened.callOrThrow(write, { id: 'n1', text: 'x' })
  await opened.close()
})
