import { type Log, loadLibrary, loadTracing, type Ports, type Tracing } from '@heddle/core'
import type { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import type { Resource } from '@opentelemetry/resources'
import type { SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'

/** What sends. */
export interface Sdk {
  readonly tracing: Tracing
  readonly provider: TracerProvider
  readonly metricExporter: OTLPMetricExporter
  readonly resource: Resource
}

/** How it is set up. */
export interface SdkOptions {
  readonly url: string
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly service: string
  readonly ratio: number
  readonly ports: Ports
}

const load = <Library>(name: string, loading: () => Promise<Library>) => loadLibrary('otlp()', name, loading)

/**
 * Sets up OpenTelemetry's SDK for this app alone; of what is global only a context manager is set where there is none, by
 * which spans of other libraries find their parents.
 *
 * @throws {Defect} MissingLibrary
 */
export async function openSdk({ url, headers, service, ratio, ports }: SdkOptions): Promise<Sdk> {
  const [api, trace, traces, metrics, resources, hooks] = await Promise.all([
    load('@opentelemetry/api', () => import('@opentelemetry/api')),
    load('@opentelemetry/sdk-trace', () => import('@opentelemetry/sdk-trace')),
    load('@opentelemetry/exporter-trace-otlp-http', () => import('@opentelemetry/exporter-trace-otlp-http')),
    load('@opentelemetry/exporter-metrics-otlp-http', () => import('@opentelemetry/exporter-metrics-otlp-http')),
    load('@opentelemetry/resources', () => import('@opentelemetry/resources')),
    load('@opentelemetry/context-async-hooks', () => import('@opentelemetry/context-async-hooks')),
  ])
  const { detectResources, envDetector, resourceFromAttributes } = resources
  const named = resourceFromAttributes({ 'service.name': service, 'process.pid': process.pid })
  const resource = detectResources({ detectors: [envDetector] }).merge(named)
  const exporter = new traces.OTLPTraceExporter({ url: `${url}/v1/traces`, headers: headers && { ...headers } })
  const provider = new trace.TracerProvider({
    resource,
    // Whoever asks for a span has decided that it is recorded.
    sampler: new trace.AlwaysOnSampler(),
    spanProcessors: [new trace.BatchSpanProcessor({ exporter: logging(exporter, ports.log, url) })],
  })
  api.context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable())
  const metricExporter = new metrics.OTLPMetricExporter({
    url: `${url}/v1/metrics`,
    headers: headers && { ...headers },
  })
  const tracing = await loadTracing({ tracer: provider.getTracer('heddle'), ratio, random: ports.random })
  return { tracing, provider, metricExporter, resource }
}

/** Sends what is left, and ends. What could not be sent is logged, and keeps nobody from closing. */
export async function closeSdk({ provider, metricExporter }: Sdk): Promise<void> {
  await Promise.allSettled([provider.shutdown(), metricExporter.shutdown()])
}

/** The SDK is silent about what it could not send, so it is logged: once, until it can again. */
function logging(exporter: SpanExporter, log: Log, url: string): SpanExporter {
  const tell = tellOnce(log, `spans could not be sent to ${url}`)
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        tell(result.error, result.code !== 0)
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}

/** Logs that something does not work when it begins, and not each time. */
export function tellOnce(log: Log, message: string): (cause: unknown, failed: boolean) => void {
  let isTold = false
  return (cause, failed) => {
    if (failed && !isTold) log.write('warning', message, { cause: cause instanceof Error ? cause.message : undefined })
    isTold = failed
  }
}
