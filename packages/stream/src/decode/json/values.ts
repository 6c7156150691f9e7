import { cursor, unusual } from './cursor.ts'
import { hardNumberEnd, numberRead, simpleNumberEnd } from './numbers.ts'
import { readString } from './strings.ts'

const trueWord = 0x65757274
const alseWord = 0x65736c61
const nullWord = 0x6c6c756e

/** The place of the next byte that is no space of JSON. Line feeds end a record and are none here. */
export function spaceEnd(bytes: Buffer, at: number): number {
  let place = at
  while (bytes[place] === 32 || bytes[place] === 9 || bytes[place] === 13) place++
  return place
}

/**
 * Reads any value that begins at `at`, by the rules of `decodeJson`; what breaks one is unusual.
 *
 * @param depthLeft how deep objects and lists may be nested from here
 */
export function readValue(bytes: Buffer, words: DataView, at: number, depthLeft: number): unknown {
  const byte = bytes[at]
  if (byte === 34) return readString(bytes, words, at, undefined)
  if (byte === 123) return readObject(bytes, words, at, depthLeft - 1)
  if (byte === 91) return readList(bytes, words, at, depthLeft - 1)
  if (byte === 116 || byte === 102 || byte === 110) return readWord(bytes, words, at)
  let end = simpleNumberEnd(words, at)
  if (end < 0) end = hardNumberEnd(bytes, at)
  if (end < 0) return unusual
  cursor.at = end
  return numberRead[0]
}

function readWord(bytes: Buffer, words: DataView, at: number): unknown {
  const word = words.getInt32(at, true)
  cursor.at = at + 4
  if (word === trueWord) return true
  if (word === nullWord) return null
  cursor.at = at + 5
  return bytes[at] === 102 && words.getInt32(at + 1, true) === alseWord ? false : unusual
}

function readObject(bytes: Buffer, words: DataView, at: number, depthLeft: number): unknown {
  if (depthLeft < 0) return unusual
  const object: Record<string, unknown> = {}
  let place = spaceEnd(bytes, at + 1)
  if (bytes[place] === 125) {
    cursor.at = place + 1
    return object
  }
  for (;;) {
    const key = readKey(bytes, words, place)
    if (key === unusual || Object.hasOwn(object, key)) return unusual
    const value = readValue(bytes, words, cursor.at, depthLeft)
    if (value === unusual) return unusual
    object[key] = value
    place = spaceEnd(bytes, cursor.at)
    if (bytes[place] === 125) {
      cursor.at = place + 1
      return object
    }
    if (bytes[place] !== 44) return unusual
    place = spaceEnd(bytes, place + 1)
  }
}

/** Reads a key and what stands between it and its value. */
export function readKey(bytes: Buffer, words: DataView, at: number): string | typeof unusual {
  if (bytes[at] !== 34) return unusual
  const key = readString(bytes, words, at, undefined)
  if (key === unusual || key === '__proto__') return unusual
  const colon = spaceEnd(bytes, cursor.at)
  if (bytes[colon] !== 58) return unusual
  cursor.at = spaceEnd(bytes, colon + 1)
  return key
}

function readList(bytes: Buffer, words: DataView, at: number, depthLeft: number): unknown {
  if (depthLeft < 0) return unusual
  const list: unknown[] = []
  let place = spaceEnd(bytes, at + 1)
  if (bytes[place] === 93) {
    cursor.at = place + 1
    return list
  }
  for (;;) {
    const value = readValue(bytes, words, place, depthLeft)
    if (value === unusual) return unusual
    list.push(value)
    place = spaceEnd(bytes, cursor.at)
    if (bytes[place] === 93) {
      cursor.at = place + 1
      return list
    }
    if (bytes[place] !== 44) return unusual
    place = spaceEnd(bytes, place + 1)
  }
}
