import { type AnyEvent, type DataOf, readEventData } from '@heddle/core'
import type { EventRow } from '../database/event-feed.ts'

/** An event as it is kept. */
export interface StoredEvent<Name extends string = string, Data = unknown> {
  /** Its place among all events of the database, from 1, without gaps. */
  readonly offset: number
  readonly id: string
  readonly tenant: string
  readonly name: Name
  readonly key: string
  readonly data: Data
  readonly at: Date
  /** Who called the command that emitted it. Missing for a stranger and for the app's own code. */
  readonly principal?: string
  /** W3C trace id of the call, where it had one. */
  readonly traceId?: string
  /** Its place in its stream, from 1; missing outside of streams. */
  readonly number?: number
}

/** One of several events, told apart by its name. */
export type StoredEventOf<E extends AnyEvent> = E extends AnyEvent ? StoredEvent<E['name'], DataOf<E>> : never

/** Reads rows as events of these types; the data of others stays JSON. */
export function eventDecoder(events: readonly AnyEvent[]): (row: EventRow) => StoredEvent {
  const byName = new Map(events.map((event) => [event.name, event]))
  return ({ row }) => {
    const [, offset, tenant, id, name, version, key, text, at, principal, traceId, number] =
      row as unknown as EventFields
    const json: unknown = JSON.parse(text)
    const event = byName.get(name)
    return {
      offset,
      id,
      tenant,
      name,
      key,
      data: event ? readEventData(event, version, json) : json,
      at: new Date(at),
      ...(principal !== null && { principal }),
      ...(traceId !== null && { traceId }),
      ...(number !== undefined && { number }),
    }
  }
}

/** The columns of a table of events, behind the version of the row. */
export type EventFields = readonly [
  rowVersion: number,
  offset: number,
  tenant: string,
  id: string,
  name: string,
  version: number,
  key: string,
  data: string,
  at: number,
  principal: string | null,
  traceId: string | null,
  number?: number,
]
