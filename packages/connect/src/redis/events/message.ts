import { decryptText, encryptText, type Json, keyIdOf, type Ports, systemFailure } from '@heddle/core'
import type { RawEvent } from '@heddle/data'

/** What opens and closes data on its way. */
export type Sealing = Pick<Ports, 'keys' | 'random'>

/** An event on its way between apps. */
export interface Message {
  /** That of the event where it was emitted, so that it tells repeats. */
  readonly id: string
  readonly name: string
  /** Version of the type of its data. */
  readonly version: number
  readonly tenant: string
  readonly key: string
  readonly data: Json
  /** When it was emitted, RFC 3339. */
  readonly at: string
  readonly traceId: string | undefined
}

/** For what data is encrypted: that of one event is none of another. */
const placeOf = (name: string) => `redis event/${name}`

/**
 * The fields of an entry, in turns with their values.
 *
 * @param sealing given where the data is to be encrypted
 */
export function fieldsOf(event: RawEvent, sealing: Sealing | undefined): string[] {
  const { id, name, version, tenant, key, at, traceId } = event
  const data = sealing
    ? ['sealed', encryptText(sealing.keys, sealing.random, event.data, placeOf(name))]
    : ['data', event.data]
  const trace = traceId === undefined ? [] : ['trace', traceId]
  const told = { id, name, version: `${version}`, tenant, key, at: new Date(at).toISOString() }
  return [...Object.entries(told).flat(), ...data, ...trace]
}

/** The fields of an entry, by name. */
export type Fields = Readonly<Record<string, string>>

/** Puts the fields of an entry together. */
export function fieldsFrom(list: readonly string[]): Fields {
  const fields: Record<string, string> = Object.create(null)
  for (let at = 0; at + 1 < list.length; at += 2) fields[list[at]!] = list[at + 1]!
  return fields
}

/**
 * Reads the fields of an entry.
 *
 * @throws {Failure} MalformedInput for what was not written by `fieldsOf`
 * @throws {Defect} Undecryptable
 */
export function messageOf(fields: Fields, { keys }: Sealing): Message {
  const { id, name, tenant, at } = fields
  const version = Number(fields['version'])
  if (!id || !name || !tenant || !at || !Number.isSafeInteger(version)) throw malformed('it lacks a field of an event')
  const sealed = fields['sealed']
  const text = sealed === undefined ? fields['data'] : decryptText(keys, sealed, placeOf(name))
  if (text === undefined) throw malformed('it has no data')
  return { id, name, version, tenant, key: fields['key'] ?? '', data: parsed(text), at, traceId: fields['trace'] }
}

/** Whether the data of a message was encrypted with a key that this app does not have. */
export function lacksKey(fields: Fields, { keys }: Sealing): boolean {
  const id = keyIdOf(fields['sealed'] ?? '')
  return id !== undefined && keys.get(id) === undefined
}

/** Events with the same lane stay in order. */
export const laneOf = ({ tenant = '', key = '' }: Partial<Record<'tenant' | 'key', string>>): string =>
  `${tenant}\0${key}`

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    throw malformed(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

const malformed = (reason: string, cause?: unknown) =>
  systemFailure('MalformedInput', { format: 'event', reason }, { cause })
