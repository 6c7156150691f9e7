import type { EventRow } from '../database/event-feed.ts'
import type { EventFields } from './stored-event.ts'

/** An event as it is kept, with its data as JSON text of the version in which it was emitted. */
export interface RawEvent {
  readonly offset: number
  readonly tenant: string
  readonly id: string
  readonly name: string
  readonly version: number
  readonly key: string
  /** JSON. */
  readonly data: string
  /** UTC, milliseconds since 1970. */
  readonly at: number
  /** W3C trace id of the call, where it had one. */
  readonly traceId: string | undefined
}

/** Reads a row without taking its data apart. */
export function rawEventOf({ row }: EventRow): RawEvent {
  const [, offset, tenant, id, name, version, key, data, at, , traceId] = row as unknown as EventFields
  return { offset, tenant, id, name, version, key, data, at, traceId: traceId ?? undefined }
}
