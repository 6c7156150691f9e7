export type { ActiveCall } from './active-calls.ts'
export { durationBounds, Histogram } from './histogram.ts'
export {
  Counter,
  createMetrics,
  type Family,
  type Labels,
  type MetricFamily,
  type Metrics,
  seriesLimit,
} from './metrics.ts'
export { failSpan, type ToldFailure, untilEnd } from './spans.ts'
export { noTelemetry, type Observation, type Telemetry } from './telemetry.ts'
export { formatTraceparent, parseTraceparent, traceHeaders, type TraceParent } from './trace-context.ts'
export { tracedFetch } from './traced-fetch.ts'
export { loadTracing, type TraceKind, type Tracing, type TracingOptions } from './tracing.ts'
