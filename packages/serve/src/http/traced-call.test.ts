import { AlwaysOnSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadTracing, type Part, parseTraceparent, systemRandom } from '@heddle/core'
import { beforeEach, expect, test } from 'vitest'
import { serve } from '../../test/serving.ts'
import { greet, shop } from '../../test/shop.ts'
import { callLocally } from '../local/call-locally.ts'
import { local } from '../local/local.ts'
import { localSocketPath } from '../local/socket-path.ts'

const exporter = new InMemorySpanExporter()
const provider = new TracerProvider({
  sampler: new AlwaysOnSampler(),
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
})
const spansInMemory = (ratio: number): Part => ({
  kind: { name: 'observer', compare: () => [] },
  name: 'memory',
  describe: () => ({}),
  observe: async () => ({
    tracing: await loadTracing({ tracer: provider.getTracer('test'), ratio, random: systemRandom }),
  }),
})
const spans = () => exporter.getFinishedSpans()
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

beforeEach(() => exporter.reset())

test('a request has a span, the command is within it, and both belong to the trace of the client', async () => {
  await using served = await serve({}, spansInMemory(0))
  await served.post('/shop/Greet', { name: 'Bo' }, { traceparent, tracestate: 'vendor=1' })
  const [command, request] = spans()
  expect(spans().map(({ name }) => name)).toEqual(['shop.Greet', 'POST /shop/Greet'])
  expect(request).toMatchObject({
    kind: 1,
    parentSpanContext: { spanId: 'b7ad6b7169203331', isRemote: true },
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/shop/Greet',
      'url.path': '/shop/Greet',
      'http.response.status_code': 200,
    },
    status: { code: 0 },
  })
  expect(command!.parentSpanContext).toMatchObject({ spanId: request!.spanContext().spanId, isRemote: false })
  expect(spans().map((span) => span.spanContext().traceId)).toEqual(Array(2).fill(traceparent.slice(3, 35)))
  expect(request!.spanContext().traceState?.serialize()).toBe('vendor=1')
})

test('what the caller does not record is not recorded, and has its trace id all the same', async () => {
  await using served = await serve({}, spansInMemory(1))
  const { body } = await served.post('/shop/BreakDown', {}, { traceparent: traceparent.replace(/1$/, '0') })
  expect(spans()).toEqual([])
  expect(body).toMatchObject({ errors: [{ data: { traceId: traceparent.slice(3, 35) } }] })
})

test('a defect is an error of the request, a refusal is none', async () => {
  await using served = await serve({}, spansInMemory(1))
  await served.post('/shop/BreakDown', {})
  await served.post('/shop/Order', { item: 'loom', quantity: 1 })
  const told = spans().map(({ name, status, attributes }) => [name, status.code, attributes['error.type']])
  expect(told).toEqual([
    ['shop.BreakDown', 2, 'Internal'],
    ['POST /shop/BreakDown', 2, '500'],
    ['shop.Order', 0, 'Unauthenticated'],
    ['POST /shop/Order', 0, undefined],
  ])
  expect(JSON.stringify(spans().map(({ attributes, events, status }) => [attributes, events, status]))).not.toContain(
    'secret',
  )
})

test('the span of a streamed answer ends when all is written', async () => {
  await using served = await serve({}, spansInMemory(1))
  await served.post('/shop/Count', { to: 3 })
  expect(spans().map(({ name }) => name)).toEqual(['shop.Count', 'POST /shop/Count'])
})

test('what stands in a path or query in place of a parameter is in no span', async () => {
  await using served = await serve({ routes: { 'GET /greetings/{name}': greet } }, spansInMemory(1))
  expect((await served.ask('/greetings/private-name?times=2')).status).toBe(200)
  const told = spans().map(({ name, attributes, events }) => ({ name, attributes, events }))
  expect(told[1]).toMatchObject({ name: 'GET /greetings/{name}', attributes: { 'http.route': '/greetings/{name}' } })
  expect(JSON.stringify(told)).not.toContain('private')
})

test('of a hundred requests about the ratio is recorded, whole or not at all', async () => {
  await using served = await serve({}, spansInMemory(0.2))
  for (let index = 0; index < 100; index++) await served.post('/shop/Greet', { name: 'Bo' })
  const names = spans().map(({ name }) => name)
  expect(names.filter((name) => name === 'shop.Greet').length).toBe(names.length / 2)
  expect(names.length / 2).toBeGreaterThan(3)
  expect(names.length / 2).toBeLessThan(50)
})

test('a call over the local socket belongs to the trace of its caller', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-traced-'))
  const app = await shop(local(), spansInMemory(0)).open({ folder })
  await app.start()
  await callLocally(localSocketPath(folder), 'shop.Greet', { name: 'Bo' }, { parent: parseTraceparent(traceparent) })
  expect(spans().map((span) => [span.name, span.spanContext().traceId])).toEqual([
    ['shop.Greet', traceparent.slice(3, 35)],
    ['POST /shop/Greet', traceparent.slice(3, 35)],
  ])
  expect(spans()[0]!.attributes['heddle.surface']).toBe('local')
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})
