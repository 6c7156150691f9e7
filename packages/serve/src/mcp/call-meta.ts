import { type AnyFailure, type CallOptions, type Clock, Failure, parseTraceparent } from '@heddle/core'
import { callHeaders } from '../http/call-headers.ts'

/** What a client may say of a call in `_meta`, besides `traceparent` and `tracestate`. */
export const callMeta = {
  idempotencyKey: 'heddle/idempotencyKey',
  /** Seconds until the deadline. */
  timeout: 'heddle/timeout',
  tenant: 'heddle/tenant',
  fence: 'heddle/fence',
} as const

type Meta = Readonly<Record<string, unknown>> | undefined
type Said = Pick<CallOptions, 'idempotencyKey' | 'deadline' | 'fences' | 'parent' | 'tenant'>

/**
 * The part of a call's options that `_meta` sets: what the headers of a request set over HTTP.
 *
 * @returns the failure `MalformedInput` for what cannot be read
 */
export function readCallMeta(meta: Meta, clock: Clock): Said | AnyFailure {
  if (meta === undefined) return {}
  const text = (key: string) => (meta[key] === undefined ? undefined : String(meta[key]))
  const headers = callHeaders(
    {
      headers: {
        'idempotency-key': text(callMeta.idempotencyKey),
        'request-timeout': text(callMeta.timeout),
        'heddle-fence': text(callMeta.fence),
      },
    },
    clock,
  )
  if (headers instanceof Failure) return headers
  const tenant = text(callMeta.tenant)
  const traceparent = text('traceparent')
  return {
    ...headers,
    ...(tenant !== undefined && { tenant }),
    parent: traceparent === undefined ? undefined : parseTraceparent(traceparent, text('tracestate')),
  }
}
