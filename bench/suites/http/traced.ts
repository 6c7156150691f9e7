import { app, loadTracing, type Part } from '@heddle/core'
import { http } from '@heddle/serve'
import { AlwaysOnSampler, BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { getTotal } from '../commands/heddle.ts'
import { posting } from './work.ts'

/** Takes spans and forgets them: a collector's part of the work is not the server's. */
const exporter: SpanExporter = {
  export: (_spans, done) => done({ code: 0 }),
  shutdown: () => Promise.resolve(),
}

/** A tracer of the real SDK that sees 1 call in 100; which one is decided before a span is made. */
const traced: Part = {
  kind: { name: 'traced', compare: () => [] },
  name: 'traced',
  describe: () => ({}),
  async observe({ ports }) {
    const provider = new TracerProvider({
      sampler: new AlwaysOnSampler(),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    })
    const tracing = await loadTracing({ tracer: provider.getTracer('bench'), ratio: 0.01, random: ports.random })
    return { metrics: true, tracing }
  },
}

/** The same server, with its metrics on and a tracer attached. */
export const contender = posting('/bench/GetTotal', async () => {
  const surface = http({ port: 0 })
  const bench = await app('bench', { parts: [getTotal, surface, traced] }).open({ mode: 'production' })
  await bench.start()
  return { port: Number(new URL(surface.url!).port), close: () => bench.close() }
})
