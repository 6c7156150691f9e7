import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { app, memoryLog } from '@heddle/core'
import { expect, test } from 'vitest'
import { shop, shopCommands } from '../../test/shop.ts'
import { otlp } from './otlp.ts'

interface Value {
  readonly stringValue?: string
  readonly intValue?: number | string
}
interface Attribute {
  readonly key: string
  readonly value: Value
}
interface Traces {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: Attribute[] }
    readonly scopeSpans: { readonly spans: { name: string; traceId: string; attributes: Attribute[] }[] }[]
  }[]
}
interface Point {
  readonly attributes: Attribute[]
  readonly count?: number | string
  readonly bucketCounts?: unknown[]
  readonly explicitBounds?: unknown[]
  readonly asDouble?: number
}
interface Received {
  readonly resourceMetrics: {
    readonly scopeMetrics: {
      readonly metrics: {
        name: string
        unit: string
        histogram?: { dataPoints: Point[]; aggregationTemporality: number | string }
        sum?: { dataPoints: Point[]; isMonotonic: boolean }
        gauge?: { dataPoints: Point[] }
      }[]
    }[]
  }[]
}

/** A collector that keeps what it is sent by OTLP over HTTP, as JSON. */
async function collector(status = 200) {
  const traces: Traces[] = []
  const metrics: Received[] = []
  const tokens: unknown[] = []
  const server = createServer(async (request, answer) => {
    const body = await json(request)
    tokens.push(request.headers['x-token'])
    if (request.url === '/v1/traces') traces.push(body as Traces)
    else if (request.url === '/v1/metrics') metrics.push(body as Received)
    else tokens.push(request.url)
    answer.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, traces, metrics, tokens, [Symbol.asyncDispose]: async () => void server.close() }
}

const told = (attributes: Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]))

test('spans and metrics reach a collector, with the name of the service and the headers that were given', async () => {
  await using received = await collector()
  const open = await shop(otlp({ url: `${received.url}/`, headers: { 'x-token': 'a token' }, name: 'the-shop' })).open({
    environment: {},
  })
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  await open.call(shopCommands.greet, { name: 'Bo' }, { traceId, surface: 'http' })
  await open.call(shopCommands.order, { item: 'loom', quantity: 12 })
  await open.close()

  const [{ resource, scopeSpans }] = received.traces[0]!.resourceSpans as [Traces['resourceSpans'][number]]
  expect(told(resource.attributes)).toMatchObject({ 'service.name': 'the-shop' })
  const spans = scopeSpans[0]!.spans.map(({ name, attributes }) => [name, told(attributes)['error.type']])
  expect(spans).toEqual([
    ['shop.Greet', undefined],
    ['shop.Order', 'OutOfStock'],
  ])
  expect(scopeSpans[0]!.spans[0]!.traceId).toBe(traceId)

  const families = received.metrics.at(-1)!.resourceMetrics[0]!.scopeMetrics[0]!.metrics
  const durations = families.find(({ name }) => name === 'heddle_call_duration_seconds')!
  expect(durations.unit).toBe('s')
  const point = durations.histogram!.dataPoints.find(({ attributes }) => told(attributes).command === 'shop.Greet')!
  expect(told(point.attributes)).toEqual({ command: 'shop.Greet', surface: 'http' })
  expect(Number(point.count)).toBe(1)
  expect(point.bucketCounts).toHaveLength(point.explicitBounds!.length + 1)
  const failures = families.find(({ name }) => name === 'heddle_call_failures_total')!
  expect(failures.sum).toMatchObject({ isMonotonic: true, dataPoints: [{ asDouble: 1 }] })
  expect(families.find(({ name }) => name === 'heddle_calls_in_flight')!.gauge!.dataPoints).toHaveLength(2)
  expect(new Set(received.tokens)).toEqual(new Set(['a token']))
})

test('the environment says where to, how much, and under which name', async () => {
  await using received = await collector()
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
    OTEL_TRACES_SAMPLER_ARG: '0',
    OTEL_SERVICE_NAME: 'from-outside',
  }
  const open = await shop(otlp({ metrics: '1h' })).open({ environment })
  await open.call(shopCommands.greet, { name: 'Bo' })
  await open.close()
  expect(received.traces).toEqual([])
  const { resource } = received.metrics[0]!.resourceMetrics[0] as unknown as { resource: { attributes: Attribute[] } }
  expect(told(resource.attributes)).toMatchObject({ 'service.name': 'from-outside' })
})

test('without metrics nothing is counted, and spans are sent', async () => {
  await using received = await collector()
  const open = await shop(otlp({ url: received.url, metrics: false })).open({ environment: {} })
  expect(open.ports.telemetry.metrics).toBeUndefined()
  await open.call(shopCommands.greet, { name: 'Bo' })
  await open.close()
  expect([received.traces.length, received.metrics.length]).toEqual([1, 0])
})

test('a collector that refuses is told of once, and does not keep the app from closing', async () => {
  await using received = await collector(400)
  const log = memoryLog()
  const open = await shop(otlp({ url: received.url })).open({ environment: {}, ports: { log } })
  await open.call(shopCommands.greet, { name: 'Bo' })
  await open.close()
  expect(log.lines.map(({ severity, message }) => [severity, message]).toSorted()).toEqual([
    ['warning', 'metrics could not be sent'],
    ['warning', `spans could not be sent to ${received.url}`],
  ])
})

test.each(['2', '-0.1', 'half'])('the ratio %s is refused', async (ratio) => {
  const declared = app('x', { parts: [otlp()] })
  await expect(declared.open({ environment: { OTEL_TRACES_SAMPLER_ARG: ratio } })).rejects.toThrow(
    `the ratio of calls that are recorded is ${ratio}, not 0 to 1`,
  )
})
