import type { Key, Row, Table, Value } from '@heddle/data'

/** A key as text whose bytes sort as keys do: text itself, a number by its bits. */
export function memberOf(key: Key): string {
  if (typeof key === 'string') return key
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(key + 0)
  // A double sorts by its bits once the sign is turned over, and with it all the others where it is negative.
  const isNegative = bytes[0]! >= 0x80
  for (let index = 0; index < 8; index++) bytes[index]! ^= isNegative ? 0xff : index === 0 ? 0x80 : 0
  return bytes.toString('hex')
}

/** The values of a record as JSON, with big integers as text. */
export const formatValues = (values: readonly Value[]): string =>
  JSON.stringify(values.map((value) => (typeof value === 'bigint' ? `${value}` : value)))

/** Reads a record back. */
export function parseRow({ columns }: Table, version: string, json: string): Row {
  const values = JSON.parse(json) as (string | number | boolean | null)[]
  const stored = columns.map(({ kind }, index): Value => {
    const value = values[index] ?? null
    return kind === 'bigint' && value !== null ? BigInt(value) : value
  })
  return [Number(version), ...stored]
}
