import { expect, test } from 'vitest'
import type { Key } from '../record/record.ts'
import { keyOfText, keyText, mapKeyOf } from './key-text.ts'

const keys: readonly Key[] = [
  '', '1', 'null', 'true', 'NaN', '[]', '["a"]', '"a"', 'a,b', '\u0000', '\u0000list["a"]', '\u0000text', '\ud800', '\udc00',
  '\\ud800', '😀', 'ß', '\n', '__proto__', 0, 1, -1, 1.5, 1e21, 5e-324, 2 ** 53, NaN, Infinity, -Infinity, true, false, null,
  [], ['a'], ['a', 'b'], ['a,b'], [1], ['1'], [null], [true], ['NaN', NaN, '"Infinity', -Infinity, Infinity], ['\ud800', '😀'],
  [['x'].join()], ['\\"', 'NaN"'],
] // prettier-ignore

test('keys that differ have different texts and different places in a map', () => {
  expect(new Set(keys.map(keyText)).size).toBe(keys.length)
  expect(new Set(keys.map(mapKeyOf)).size).toBe(keys.length)
})

test('a key comes back from its text as it was', () => {
  for (const key of keys) expect(keyOfText(keyText(key)), keyText(key)).toEqual(key)
})

test('minus zero is the key zero, alone and in a list', () => {
  expect([keyText(-0), keyText([-0]), keyOfText(keyText(-0))]).toEqual(['0', '[0]', 0])
  expect(new Map([[mapKeyOf(0), 'here']]).get(mapKeyOf(-0))).toBe('here')
})

test('a key that is not a number is equal to itself', () => {
  expect(new Map([[mapKeyOf(NaN), 'here']]).get(mapKeyOf(NaN))).toBe('here')
})

test('texts are in the order of their bytes in UTF-8, as SQLite compares them', () => {
  const texts = keys.map(keyText)
  const byBytes = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect(texts.toSorted()).toEqual(byBytes)
})
