import type { Metrics } from './metrics.ts'
import type { Tracing } from './tracing.ts'

/** What is observed in an open app. Decided once, when it is opened: what is missing here is measured nowhere. */
export interface Telemetry {
  readonly metrics?: Metrics
  readonly tracing?: Tracing
}

/** What a part wants to be observed, and how spans are made. */
export interface Observation {
  /** Whether calls are counted and timed. */
  readonly metrics?: boolean
  readonly tracing?: Tracing
}

/** Nothing is observed. */
export const noTelemetry: Telemetry = Object.freeze({})
