import { cursor } from '../json/cursor.ts'

/** The bytes that have a meaning. */
export interface CsvSyntax {
  readonly delimiter: number
  readonly quote: number
}

/** What stands behind a field. */
export type FieldEnd = 'delimiter' | 'record' | 'unfinished' | 'misquoted'

/** A field as it stands in the bytes: where its text begins and ends, and how it is to be read. */
export class ScannedField {
  from = 0
  to = 0
  isQuoted = false
  /** Whether quotes stand twice in it. */
  isDoubled = false
  isAscii = true
  /** Line feeds within quotes, counted on over the fields of a record. */
  lineFeeds = 0
}

const lineFeed = 10
const carriageReturn = 13

/**
 * Scans one field by RFC 4180, and answers what stands behind it; the cursor stands behind that. Records end with a
 * line feed, which a carriage return may stand before. A quote belongs at the beginning of a field or inside of quotes.
 */
export function scanField(bytes: Buffer, at: number, syntax: CsvSyntax, field: ScannedField): FieldEnd {
  const { delimiter, quote } = syntax
  const { length } = bytes
  field.isQuoted = bytes[at] === quote
  field.isDoubled = false
  let seen = 0
  let place = at
  if (!field.isQuoted) {
    for (; place < length; place++) {
      const byte = bytes[place]!
      if (byte === delimiter || byte === lineFeed) break
      if (byte === quote) {
        cursor.at = place
        return 'misquoted'
      }
      seen |= byte
    }
    field.from = at
    field.to = place
    field.isAscii = seen < 128
    if (place === length) return 'unfinished'
    cursor.at = place + 1
    if (bytes[place] === delimiter) return 'delimiter'
    if (place > at && bytes[place - 1] === carriageReturn) field.to = place - 1
    return 'record'
  }
  for (place = at + 1; place < length; place++) {
    const byte = bytes[place]!
    seen |= byte
    if (byte === lineFeed) field.lineFeeds++
    if (byte !== quote) continue
    if (bytes[place + 1] !== quote) break
    field.isDoubled = true
    place++
  }
  if (place >= length) return 'unfinished'
  field.from = at + 1
  field.to = place
  field.isAscii = seen < 128
  place++
  if (bytes[place] === carriageReturn && bytes[place + 1] === lineFeed) place++
  if (place === length || (bytes[place] === carriageReturn && place + 1 === length)) return 'unfinished'
  cursor.at = place + 1
  if (bytes[place] === delimiter) return 'delimiter'
  if (bytes[place] === lineFeed) return 'record'
  cursor.at = place
  return 'misquoted'
}
