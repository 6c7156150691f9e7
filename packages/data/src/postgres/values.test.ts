import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareValues } from '../filter/compare-values.ts'
import { decodeText, encodeText, types } from './values.ts'

/** Texts in which the characters that are kept as two are not rare. */
const text = fc.string({ unit: fc.constantFrom('\0', '\u0001', '\u0002', 'a', '\u{10ffff}') })

test('a text comes back as it was, and is kept without the character that PostgreSQL refuses', () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(encodeText(value)).not.toContain('\0')
      expect(decodeText(encodeText(value))).toBe(value)
    }),
  )
})

test('the order and the prefixes of texts stay what they are', () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareValues(encodeText(left), encodeText(right)))).toBe(Math.sign(compareValues(left, right)))
      expect(encodeText(left).startsWith(encodeText(right))).toBe(left.startsWith(right))
    }),
  )
})

test('numbers are read as numbers, and those that numbers cannot hold stay exact', () => {
  const [bigint, numeric, boolean] = [20, 1700, 16].map((oid) => types.getTypeParser(oid))
  expect([bigint!('12'), bigint!('-9007199254740993'), numeric!('12.50'), numeric!('9007199254740993')]).toEqual([
    12,
    -9007199254740993n,
    12.5,
    9007199254740993n,
  ])
  expect([boolean!('t'), boolean!('f')]).toEqual([true, false])
})
