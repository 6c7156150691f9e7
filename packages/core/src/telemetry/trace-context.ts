import type { CallContext } from '../call/context.ts'
import { readTracestate } from './tracestate.ts'

/** The span that a call comes from, as W3C Trace Context tells it. */
export interface TraceParent {
  /** 32 hexadecimal digits, lower case. */
  readonly traceId: string
  /** 16 hexadecimal digits, lower case. */
  readonly spanId: string
  /** Whether it is recorded, and what comes from it is to be. */
  readonly sampled: boolean
  /** What `tracestate` holds; its members are handed on as they are. */
  readonly state?: string
  /** Whether it is a span of this process. @default false */
  readonly local?: boolean
}

/**
 * Reads `traceparent` and `tracestate` (W3C Trace Context). What cannot be read is ignored, as that standard asks.
 *
 * @example app.call(convert, input, { parent: parseTraceparent(header) })
 */
export function parseTraceparent(header: string, state?: string): TraceParent | undefined {
  const [, version, traceId, spanId, flags, rest] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(header) ?? []
  if (version === undefined || version === 'ff' || /^0+$/.test(traceId!) || /^0+$/.test(spanId!)) return undefined
  if (version === '00' && rest !== undefined) return undefined
  const kept = state === undefined ? undefined : readTracestate(state)
  const sampled = (Number.parseInt(flags!, 16) & 1) === 1
  return { traceId: traceId!, spanId: spanId!, sampled, ...(kept !== undefined && { state: kept }) }
}

/** A span as `traceparent` tells it. */
export const formatTraceparent = ({ traceId, spanId, sampled }: TraceParent): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`

/**
 * The headers that tell another system which trace a call belongs to.
 *
 * @example await client.send(request, { headers: traceHeaders(ctx) })
 */
export function traceHeaders({
  span,
  traceId,
  parent,
}: Pick<CallContext, 'span' | 'traceId' | 'parent'>): Record<string, string> {
  const own = span?.spanContext()
  const state = own?.traceState?.serialize() || parent?.state
  // Without a span of its own it is that of the caller, and where there is none one that nobody records.
  const told: TraceParent = own
    ? { traceId, spanId: own.spanId, sampled: (own.traceFlags & 1) === 1 }
    : { traceId, spanId: parent?.spanId ?? traceId.slice(16), sampled: false }
  return { traceparent: formatTraceparent(told), ...(state && { tracestate: state }) }
}
