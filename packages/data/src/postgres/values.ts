import type { Value } from '../database/table.ts'

/**
 * PostgreSQL keeps every character but U+0000. It and the one that stands for it are kept as two, so that equality, order
 * and prefixes stay what they are: U+0000 as U+0001 U+0001, and U+0001 as U+0001 U+0002.
 */
export function encodeText(text: string): string {
  if (!text.includes('\0') && !text.includes('\u0001')) return text
  return text.replaceAll('\u0001', '\u0001\u0002').replaceAll('\0', '\u0001\u0001')
}

/** The text that was kept. */
export function decodeText(text: string): string {
  if (!text.includes('\u0001')) return text
  return text.replaceAll('\u0001\u0001', '\0').replaceAll('\u0001\u0002', '\u0001')
}

/** A value as the client library takes it. */
export type Parameter = null | string | number | boolean | bigint | readonly Parameter[]

export const toParameter = (value: Value): null | string | number | boolean | bigint =>
  typeof value === 'string' ? encodeText(value) : value

type Parse = (text: string) => unknown

const toBoolean: Parse = (text) => text === 't'
const toNumber: Parse = Number
/** A whole number that JavaScript's numbers do not hold exactly stays exact. */
const toInteger: Parse = (text) => {
  const number = Number(text)
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(text) ? number : BigInt(text)
}

/** By PostgreSQL's number of a type: boolean, the integers, the floats and numeric. Everything else is text. */
const parsers = new Map<number, Parse>([
  [16, toBoolean],
  [21, toNumber],
  [23, toNumber],
  [26, toNumber],
  [20, toInteger],
  [700, toNumber],
  [701, toNumber],
  [1700, toInteger],
])

/** How the client library reads values. */
export const types = { getTypeParser: (oid: number): Parse => parsers.get(oid) ?? (decodeText as Parse) }
