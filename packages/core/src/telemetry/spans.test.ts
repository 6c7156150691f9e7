import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { AlwaysOnSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { app, type AnyCommand, command, memoryLog, type Part, type Port, seededRandom, sensitive } from '../index.ts'
import { recordingTransactions } from '../testing/index.ts'
import { parseTraceparent, traceHeaders } from './trace-context.ts'
import { hasTracerProvider, loadTracing } from './tracing.ts'

const exporter = new InMemorySpanExporter()
const provider = new TracerProvider({
  sampler: new AlwaysOnSampler(),
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
})

beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))
afterAll(() => context.disable())
beforeEach(() => exporter.reset())

/** A part that has spans made by a real SDK, which keeps them in memory. */
const spansInMemory = (ratio = 1): Part => ({
  kind: { name: 'observer', compare: () => [] },
  name: 'memory',
  describe: () => ({}),
  observe: async () => ({
    tracing: await loadTracing({ tracer: provider.getTracer('test'), ratio, random: seededRandom(7) }),
  }),
})

const opened = (parts: readonly (Part | AnyCommand)[], ratio?: number) =>
  app('traced', { parts: [...parts, spansInMemory(ratio)] }).open({ ports: { log: memoryLog() } })

const told = () => {
  const spans = exporter.getFinishedSpans()
  const nameOf = (id: string | undefined) => spans.find((span) => span.spanContext().spanId === id)?.name
  return spans.map((span) => ({
    name: span.name,
    within: nameOf(span.parentSpanContext?.spanId),
    attributes: span.attributes,
    status: span.status.code,
  }))
}

const inner = command('traced.Inner', {
  input: z.object({ fails: z.boolean().default(false) }),
  output: z.null(),
  errors: { Refused: z.object({ why: z.string() }) },
  run: ({ input, fail }) => (input.fails ? fail.Refused({ why: 'a private reason' }) : null),
})
const outer = command('traced.Outer', {
  input: z.object({ fails: z.boolean().default(false) }),
  output: z.object({ traceId: z.string(), traceparent: z.string() }),
  calls: [inner],
  async run({ input, call, ctx }) {
    await call(inner, input)
    return { traceId: ctx.traceId, traceparent: traceHeaders(ctx).traceparent! }
  },
})

test('a command and its subcommands have spans within each other, and the trace id of the call is theirs', async () => {
  const open = await opened([outer, inner])
  const as = { id: 'ana', permissions: [], tenant: 'main' }
  const { traceId, traceparent } = await open.callOrThrow(outer, {}, { as: undefined, surface: 'http' })
  expect(told()).toMatchObject([
    { name: 'traced.Inner', within: 'traced.Outer', attributes: { 'heddle.surface': 'command' } },
    { name: 'traced.Outer', within: undefined, attributes: { 'heddle.surface': 'http', 'heddle.tenant': 'main' } },
  ])
  const [, outerSpan] = exporter.getFinishedSpans()
  expect(traceId).toBe(outerSpan!.spanContext().traceId)
  expect(traceparent).toBe(`00-${traceId}-${outerSpan!.spanContext().spanId}-01`)

  await open.call(inner, {}, { as })
  expect(told().at(-1)!.attributes).toMatchObject({ 'heddle.principal': 'ana' })
  await open.close()
})

test('an expected failure is told by its code and is no error, a defect is one, and neither tells a text', async () => {
  const breaks = command('traced.Break', {
    input: z.object({ password: sensitive(z.string()) }),
    output: z.null(),
    run({ input }) {
      throw new Error(`${input.password} broke it`)
    },
  })
  const open = await opened([outer, inner, breaks])
  await open.call(outer, { fails: true })
  await open.call(breaks, { password: 'correct horse' })
  expect(told()).toMatchObject([
    { name: 'traced.Inner', attributes: { 'error.type': 'Refused' }, status: 0 },
    { name: 'traced.Outer', attributes: { 'error.type': 'Refused' }, status: 0 },
    { name: 'traced.Break', attributes: { 'error.type': 'Internal' }, status: 2 },
  ])
  const everything = JSON.stringify(told())
  expect(everything).not.toContain('private reason')
  expect(everything).not.toContain('correct horse')
  await open.close()
})

test('what the caller says of sampling holds, and the ratio for those who say nothing', async () => {
  const open = await opened([inner], 0)
  const parent = parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'vendor=1')!
  await open.call(inner, {})
  await open.call(inner, {}, { parent: { ...parent, sampled: false } })
  await open.call(inner, {}, { parent: null })
  expect(told()).toEqual([])

  await open.call(inner, {}, { parent })
  const [span] = exporter.getFinishedSpans()
  expect(span!.parentSpanContext).toMatchObject({ traceId: parent.traceId, spanId: parent.spanId, isRemote: true })
  expect(span!.spanContext().traceState?.serialize()).toBe('vendor=1')
  await open.close()

  const half = await opened([inner], 0.5)
  for (let index = 0; index < 200; index++) await half.call(inner, {})
  expect(told().length).toBeGreaterThan(60)
  expect(told().length).toBeLessThan(140)
  await half.close()
})

test('a trace id that is given without a span is the trace id of what is recorded', async () => {
  const open = await opened([outer, inner])
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  expect((await open.callOrThrow(outer, {}, { traceId })).traceId).toBe(traceId)
  expect(exporter.getFinishedSpans().map((span) => span.spanContext().traceId)).toEqual([traceId, traceId])
  await open.close()
})

test('a call that is not recorded tells the next system its trace id and that it is not recorded', async () => {
  const open = await opened([outer, inner], 0)
  const { traceId, traceparent } = await open.callOrThrow(outer, {})
  expect(traceparent).toBe(`00-${traceId}-${traceId.slice(16)}-00`)
  await open.close()
})

test('what a body traces by itself becomes a part of its command', async () => {
  const own = command('traced.Own', {
    input: z.null(),
    output: z.null(),
    async run({ ctx }) {
      await ctx.sleep(1)
      provider.getTracer('driver').startSpan('the driver', {}, context.active()).end()
      ctx.span!.setAttribute('own.value', 3)
      return null
    },
  })
  const open = await opened([own])
  await open.callOrThrow(own, null)
  expect(told()).toMatchObject([
    { name: 'the driver', within: 'traced.Own' },
    { name: 'traced.Own', attributes: { 'own.value': 3 } },
  ])
  await open.close()
})

test('a call that runs again after lost races tells how often it ran', async () => {
  const transactions = recordingTransactions(2)
  const Unit: Port<string> = { kind: 'port', name: 'traced.Unit', external: false, bind: ({ unit }) => unit.tenant }
  const writes = command('traced.Write', {
    input: z.null(),
    output: z.null(),
    uses: [Unit],
    run({ ctx }) {
      ctx.use(Unit)
      return null
    },
  })
  const open = await app('traced', { parts: [writes, spansInMemory()] }).open({ ports: { transactions } })
  await open.callOrThrow(writes, null)
  expect(told().at(-1)).toMatchObject({ name: 'traced.Write', attributes: { 'heddle.attempts': 3 } })
  expect(told().filter(({ name }) => name === 'commit')).toHaveLength(3)
  await open.close()
})

test('without a tracer nothing is observed', async () => {
  expect(hasTracerProvider()).toBe(false)
  const open = await app('plain', { parts: [inner] }).open()
  expect(open.ports.telemetry).toEqual({})
  await open.callOrThrow(inner, {})
  expect(open.activeCalls()).toEqual([])
  await open.close()
})
