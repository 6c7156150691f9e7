import { cursor, unusual } from './cursor.ts'
import { skipString } from './strings.ts'
import { readValue } from './values.ts'
import { quoteFrom } from './words.ts'

/**
 * Passes over a value that nobody asked for. Gives back the place behind it, or −1 where only the slow way can tell.
 *
 * @param proves whether it has to be well-formed; else strings and brackets are paired and nothing more is looked at
 */
export function skipValue(bytes: Buffer, words: DataView, at: number, depthLeft: number, proves: boolean): number {
  const byte = bytes[at]!
  if (byte === 34) return proves ? skipString(bytes, words, at) : quoteEnd(bytes, words, at)
  if (proves) return readValue(bytes, words, at, depthLeft) === unusual ? -1 : cursor.at
  if (byte === 123 || byte === 91) return bracketsEnd(bytes, words, at)
  return scalarEnd(bytes, at)
}

/** The place behind a string, whatever stands in it but a control character; −1 where one does. */
export function quoteEnd(bytes: Buffer, words: DataView, at: number): number {
  for (let place = at + 1; ; place++) {
    place = quoteFrom(words, place)
    if (bytes[place] !== 34) return -1
    if (bytes[place - 1] !== 92 || !isEscaped(bytes, at, place)) return place + 1
  }
}

/** Whether backslashes before a quote, an odd number of them, make it one of the text. */
function isEscaped(bytes: Buffer, begin: number, place: number): boolean {
  let first = place
  while (first - 1 > begin && bytes[first - 1] === 92) first--
  return (place - first) % 2 === 1
}

function scalarEnd(bytes: Buffer, at: number): number {
  // Behind a space another value may begin, e.g. an object.
  if (bytes[at] === 32) return -1
  let place = at
  for (;;) {
    const byte = bytes[place]!
    if (byte === 44 || byte === 125 || byte === 93) return place === at ? -1 : place
    if (byte < 32) return -1
    place++
  }
}

function bracketsEnd(bytes: Buffer, words: DataView, at: number): number {
  let place = at
  let open = 0
  for (;;) {
    const byte = bytes[place]!
    if (byte === 34) {
      place = quoteEnd(bytes, words, place)
      if (place < 0) return -1
      continue
    }
    if (byte === 10) return -1
    place++
    if (byte === 123 || byte === 91) open++
    else if (byte === 125 || byte === 93) {
      open--
      if (open === 0) return place
    }
  }
}
