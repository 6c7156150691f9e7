import { type EmittedEvent, type Json, systemFailure } from '@heddle/core'
import type { Append } from '../database/event-feed.ts'
import { eventTable, secretEventTable, secretStreamEventTable, streamEventTable } from './event-tables.ts'

/** How much data an event may hold, as JSON (limit `event.data`). */
const dataLimit = 1024 * 1024

/**
 * The row of an emitted event.
 *
 * @throws {Failure} TooLarge
 */
export function appendOf(tenant: string, event: EmittedEvent): Append {
  return { table: event.secret ? secretEventTable : eventTable, values: valuesOf(tenant, event) }
}

/**
 * The row of an event of a stream.
 *
 * @param number its place in the stream, from 1
 * @throws {Failure} TooLarge
 */
export function streamAppendOf(tenant: string, event: EmittedEvent, number: number): Append {
  const table = event.secret ? secretStreamEventTable : streamEventTable
  return { table, values: [...valuesOf(tenant, event), number] }
}

function valuesOf(tenant: string, event: EmittedEvent): Append['values'] {
  const { id, name, version, key, data, at, principal = null, traceId = null } = event
  return [tenant, id, name, version, key, textOf(data), at, principal, traceId]
}

function textOf(data: Json): string {
  const text = JSON.stringify(data)
  if (text.length > dataLimit) throw systemFailure('TooLarge', { name: 'event.data', limit: dataLimit })
  return text
}
