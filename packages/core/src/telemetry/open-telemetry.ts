import {
  context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  trace,
  TraceFlags,
} from '@opentelemetry/api'
import type { TraceParent } from './trace-context.ts'
import type { TraceKind, Tracing, TracingOptions } from './tracing.ts'

const kinds: Record<TraceKind, SpanKind> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
}

/** Spans by the API of OpenTelemetry. */
export function createTracing({ tracer = trace.getTracer('heddle'), ratio = 1, random }: TracingOptions): Tracing {
  return {
    samples(parent) {
      if (parent === null) return false
      if (parent !== undefined) return parent.sampled
      return ratio >= 1 || (ratio > 0 && random.next() < ratio)
    },
    begin(name, kind, parent, attributes) {
      const around = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, spanOf(parent))
      return tracer.startSpan(name, { kind: kinds[kind], attributes }, around)
    },
    within: (span, run) => context.with(trace.setSpan(context.active(), span), run),
    active: () => trace.getSpan(context.active()),
  }
}

function spanOf(parent: Span | TraceParent): Span {
  return 'spanContext' in parent ? parent : trace.wrapSpanContext(spanContextOf(parent))
}

const spanContextOf = ({ traceId, spanId, sampled, state, local }: TraceParent): SpanContext => ({
  traceId,
  spanId,
  traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  isRemote: !local,
  traceState: state === undefined ? undefined : createTraceState(state),
})
