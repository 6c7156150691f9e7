import type { Attributes, Span, Tracer } from '@opentelemetry/api'
import type { Random } from '../ports/random.ts'
import type { TraceParent } from './trace-context.ts'

/** What a span stands for, as OpenTelemetry calls it. */
export type TraceKind = 'internal' | 'server' | 'client'

/** Makes spans. Whether one is made at all is asked before. */
export interface Tracing {
  /** Whether what comes from here is recorded: as the caller says, else by the ratio. `null` was decided: no. */
  samples(parent: TraceParent | null | undefined): boolean
  /** @param parent a span of this process, or what another one told */
  begin(name: string, kind: TraceKind, parent: Span | TraceParent | undefined, attributes: Attributes): Span
  /** Runs something as a part of a span: what makes spans meanwhile, in whatever library, finds it. */
  within<Result>(span: Span, run: () => Result): Result
  /** The span that is run within, where somebody keeps track of it. */
  active(): Span | undefined
}

/** How spans are made. */
export interface TracingOptions {
  /** @default that of the tracer provider that this process registered */
  readonly tracer?: Tracer
  /** The share of calls without a parent that are recorded, 0 to 1. @default 1 */
  readonly ratio?: number
  readonly random: Random
}

/** Makes spans by OpenTelemetry, whose API is loaded here and not before. */
export async function loadTracing(options: TracingOptions): Promise<Tracing> {
  const { createTracing } = await import('./open-telemetry.ts')
  return createTracing(options)
}

/** Where the API of OpenTelemetry keeps what is registered, for each of its major versions. */
const registered = Symbol.for('opentelemetry.js.api.1')

/** Whether this process has registered a tracer provider. It is looked up without loading the API. */
export function hasTracerProvider(): boolean {
  const found = (globalThis as { [registered]?: { readonly trace?: unknown } })[registered]
  return found?.trace !== undefined
}
