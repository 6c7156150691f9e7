import { type AnyFailure, type CallOptions, type Clock, systemFailure } from '@heddle/core'
import { fenceHeader, parseFences } from './fence-header.ts'
import type { Exchange } from './exchange.ts'

/** Longer keys are refused: they are stored. */
export const mostKeyCharacters = 255
/** The longest time that `Request-Timeout` may ask for: a day. */
export const mostSeconds = 86_400

/**
 * What the headers of a request say about its call:
 *
 * - `Idempotency-Key`, as it is or in the quotes of draft-ietf-httpapi-idempotency-key-header;
 * - `Request-Timeout`, seconds until the deadline, fractions allowed (the field of draft-thomson-hybi-http-timeout);
 * - `Heddle-Fence`, the leases that must still be held when the call commits, e.g. `nightly-import=1795244160123`.
 *
 * @returns the failure `MalformedInput` for a key, timeout or fence that cannot be read
 */
export function callHeaders({ headers }: Pick<Exchange, 'headers'>, clock: Clock): HeaderOptions | AnyFailure {
  const key = headers['idempotency-key']
  const timeout = headers['request-timeout']
  const fence = headers[fenceHeader]
  if (key === undefined && timeout === undefined && fence === undefined) return none

  const idempotencyKey = key === undefined ? undefined : readKey(key)
  if (idempotencyKey === null)
    return malformed('Idempotency-Key', `a key is 1 to ${mostKeyCharacters} printable characters`)
  const seconds = timeout === undefined ? undefined : readSeconds(timeout)
  if (seconds === null) return malformed('Request-Timeout', `a timeout is a number of seconds up to ${mostSeconds}`)
  const fences = fence === undefined ? undefined : parseFences(fence)
  if (fences === null) return malformed('Heddle-Fence', 'a fence is written lease=token')
  return {
    idempotencyKey,
    fences,
    deadline: seconds === undefined ? undefined : clock.now() + seconds * 1000,
  }
}

/** The part of a call's options that headers set. */
export type HeaderOptions = Pick<CallOptions, 'idempotencyKey' | 'deadline' | 'fences'>

const none: HeaderOptions = Object.freeze({
  idempotencyKey: undefined,
  deadline: undefined,
  fences: undefined,
})

const malformed = (header: string, reason: string) =>
  systemFailure('MalformedInput', { format: `${header} header`, reason })

function readKey(header: string): string | null {
  const [, quoted] = /^"(.*)"$/.exec(header) ?? []
  const key = quoted ?? header
  return key.length <= mostKeyCharacters && /^[\x20-\x7e]+$/.test(key) ? key : null
}

function readSeconds(header: string): number | null {
  if (!/^\d+(?:\.\d+)?$/.test(header)) return null
  const seconds = Number(header)
  return seconds <= mostSeconds ? seconds : null
}
