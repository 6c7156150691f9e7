import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'

/** A part of a list, and where the next one begins. */
export interface Page<Entry> {
  readonly entries: Entry[]
  readonly nextCursor?: string
}

/**
 * A page of a list that stands in the order of its keys. The cursor is the key of the last entry before it, so that entries
 * which come or go meanwhile neither hide others nor show them twice.
 *
 * @throws {ProtocolError} for a cursor that no page gave
 */
export function pageOf<Entry>(
  sorted: readonly Entry[],
  keyOf: (entry: Entry) => string,
  cursor: string | undefined,
  size: number,
): Page<Entry> {
  const after = cursor === undefined ? undefined : decode(cursor)
  const start = after === undefined ? 0 : sorted.findIndex((entry) => keyOf(entry) > after)
  if (start < 0) return { entries: [] }
  const entries = sorted.slice(start, start + size)
  const isLast = start + size >= sorted.length
  return isLast ? { entries } : { entries, nextCursor: encode(keyOf(entries.at(-1)!)) }
}

const mark = 'after:'
const encode = (key: string) => Buffer.from(mark + key).toString('base64url')

function decode(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (text.startsWith(mark)) return text.slice(mark.length)
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'The cursor is none that a page gave.')
}
