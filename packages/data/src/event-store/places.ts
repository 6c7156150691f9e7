import type { Port } from '@heddle/core'
import { ReaderRecord } from '../events/records.ts'
import type { ReaderState } from '../events/reader-state.ts'
import type { StoredEvent } from '../events/stored-event.ts'
import { type DataUnit, dataUnit } from '../unit/data-unit.ts'

/** What a projection knows of its place in its own transaction. */
export interface PlacesInUnit {
  readonly unit: DataUnit
  readonly now: () => Date
}

/** The port through which a projection keeps its place with its view. */
export const Places: Port<PlacesInUnit> = {
  kind: 'port',
  name: 'heddle.Places',
  external: false,
  bind: (scope) => ({ unit: dataUnit(scope, 'heddle.Places'), now: () => new Date(scope.clock.now()) }),
}

/**
 * Moves the place of a tenant in a view behind these events, and says which of them are new to it. Two who do so at once
 * cannot both commit, so each event is taken in once.
 */
export async function advance(
  { unit, now }: PlacesInUnit,
  name: string,
  generation: number,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> {
  const placeOf = (nth: number) => `${name}#${nth}`
  const [place, earlier] = await unit.load(ReaderRecord, [placeOf(generation), placeOf(generation - 1)])
  const known = place as ReaderState | undefined
  const fresh = known ? events.filter(({ offset }) => offset > known.offset) : events
  if (fresh.length === 0) return fresh
  const key = placeOf(generation)
  const offset = fresh.at(-1)!.offset
  const record = { name: key, offset, version: 1, generation, rebuilding: false, at: now() }
  const values = ReaderRecord.codec.encode(record)
  const next = ReaderRecord.codec.decodeValues(values)
  if (place) unit.replace(ReaderRecord, place, next, values)
  else unit.insert(ReaderRecord, key, next, values)
  // Of a view that was rebuilt since.
  if (earlier) unit.replace(ReaderRecord, earlier, undefined, undefined)
  return fresh
}
