import { cursor, unusual } from './cursor.ts'
import { skipValue } from './skip.ts'
import type { ObjectSlot, Slot } from './slots.ts'
import { readString } from './strings.ts'
import { readKey, readValue, spaceEnd } from './values.ts'
import { lineFeedFrom } from './words.ts'

/** How thoroughly a record is read: whether what nobody asked for is proved, and how deep it may be nested. */
export interface Reading {
  readonly proves: boolean
  readonly maxDepth: number
}

/**
 * Reads an object whose fields may stand in any order. The declared ones come out in the order of the type.
 *
 * @param isWhole whether it is a whole record, whose rest is not looked at once all is there that was asked for
 */
export function readInAnyOrder(
  { keys, slots, indexes, others }: ObjectSlot,
  bytes: Buffer,
  words: DataView,
  at: number,
  depthLeft: number,
  proves: boolean,
  isWhole = false,
): unknown {
  if (depthLeft < 1) return unusual
  const exits = isWhole && !proves
  let missing = keys.length
  const values: unknown[] = keys.map(() => absent)
  let unknown: Set<string> | undefined
  let place = spaceEnd(bytes, at + 1)
  if (exits && missing === 0) place = lineFeedFrom(words, place)
  else if (bytes[place] === 125) place++
  else {
    for (;;) {
      const key = readKey(bytes, words, place)
      if (key === unusual) return unusual
      const index = indexes.get(key)
      if (index === undefined) {
        if (others === 'refused') return unusual
        if (proves) {
          if (unknown?.has(key)) return unusual
          unknown = (unknown ?? new Set()).add(key)
        }
        place = skipValue(bytes, words, cursor.at, depthLeft - 1, proves)
        if (place < 0) return unusual
      } else if (values[index] !== absent) {
        if (proves) return unusual
        place = skipValue(bytes, words, cursor.at, depthLeft - 1, proves)
        if (place < 0) return unusual
      } else {
        const value = readSlot(slots[index]!, bytes, words, cursor.at, depthLeft - 1, proves)
        if (value === unusual) return unusual
        values[index] = value
        place = cursor.at
        missing--
        if (exits && missing === 0) {
          place = lineFeedFrom(words, place)
          break
        }
      }
      place = spaceEnd(bytes, place)
      if (bytes[place] === 125) {
        place++
        break
      }
      if (bytes[place] !== 44) return unusual
      place = spaceEnd(bytes, place + 1)
    }
  }
  cursor.at = place
  const object: Record<string, unknown> = {}
  for (let index = 0; index < keys.length; index++) {
    if (values[index] !== absent) object[keys[index]!] = values[index]
  }
  return object
}

const absent = Symbol('absent')

/** Reads a value of which something is known. */
export function readSlot(
  slot: Slot,
  bytes: Buffer,
  words: DataView,
  at: number,
  depthLeft: number,
  proves: boolean,
): unknown {
  if (slot.kind === 'object' && bytes[at] === 123) return readInAnyOrder(slot, bytes, words, at, depthLeft, proves)
  if (slot.kind === 'string' && bytes[at] === 34) return readString(bytes, words, at, slot.cache)
  return readValue(bytes, words, at, depthLeft)
}
