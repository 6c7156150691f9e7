import { AlwaysOnSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { app, loadTracing, memoryLog, type Part, systemRandom } from '@heddle/core'
import { expect, test } from 'vitest'
import { around, billing } from '../../test/billing.ts'
import { remote } from './remote.ts'

const exporter = new InMemorySpanExporter()
const provider = new TracerProvider({
  sampler: new AlwaysOnSampler(),
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
})
const recording: Part = {
  kind: { name: 'observer', compare: () => [] },
  name: 'memory',
  describe: () => ({}),
  observe: async () => ({
    tracing: await loadTracing({ tracer: provider.getTracer('test'), ratio: 1, random: systemRandom }),
  }),
}

test('a call of another app is one trace: the command here, the request, and what the other app does', async () => {
  const { declared, surface } = billing(0, [recording])
  const other = await declared.open({ ports: { log: memoryLog() } })
  await other.start()
  const { manifest } = other
  const part = remote('billing', { manifest, url: surface.url!, allowPrivate: true })
  const shop = await app('shop', { parts: [part, recording] }).open({ ports: { log: memoryLog() } })
  const outcome = await shop.call(around, {})
  await shop.close()
  await other.close()

  const spans = exporter.getFinishedSpans()
  const within = (spanId: string | undefined) => spans.filter((span) => span.parentSpanContext?.spanId === spanId)
  const [here] = spans.filter((span) => span.name === 'billing.Around' && !span.parentSpanContext)
  const [sent] = within(here!.spanContext().spanId).filter(({ kind }) => kind === 2)
  expect(sent).toMatchObject({
    name: 'POST /billing/Around',
    attributes: {
      'http.request.method': 'POST',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(surface.url!).port),
      'http.response.status_code': 200,
    },
  })
  const [received] = within(sent!.spanContext().spanId)
  expect(received).toMatchObject({ name: 'POST /billing/Around', kind: 1 })
  expect(within(received!.spanContext().spanId)).toMatchObject([{ name: 'billing.Around' }])
  expect(outcome).toMatchObject({ value: { traceId: here!.spanContext().traceId } })
})
