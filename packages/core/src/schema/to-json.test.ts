import { expect, test } from 'vitest'
import { isJson, toJson } from './to-json.ts'

const plain = [null, true, 0, -1.5, 'text', [], [1, ['a', null]], {}, { a: { b: [1, { c: 'd' }] }, e: null }]

test.each(plain.map((value) => [JSON.stringify(value), value]))('%s is JSON as it stands', (_text, value) => {
  expect(isJson(value)).toBe(true)
  expect(toJson(value)).toEqual(value)
})

test.each([
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a big integer', 5n, '5'],
  ['a number that is none', Number.NaN, null],
  ['a set', new Set([1, 2]), [1, 2]],
  ['a map', new Map([['a', 1]]), [['a', 1]]],
  ['what says itself what it is', { toJSON: () => 'said' }, 'said'],
  [
    'a record of a class',
    new (class Point {
      x = 1
    })(),
    { x: 1 },
  ],
  ['a field without a value', { a: undefined, b: 1 }, { b: 1 }],
  ['a function', () => 1, null],
])('%s becomes JSON, also deep inside', (_what, value, json) => {
  expect(isJson(value)).toBe(false)
  expect(isJson([{ deep: value }])).toBe(false)
  expect(toJson(value)).toEqual(json)
  expect(toJson([{ deep: value }])).toEqual([{ deep: json }])
})
