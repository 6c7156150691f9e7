import { Decimal } from '@heddle/types/decimal'
import { expect, test } from 'vitest'
import { rowKeyOf } from './row-key.ts'

const textOf = (value: Readonly<Record<string, unknown>>) =>
  rowKeyOf({ by: 'fields', fields: Object.keys(value) }, { id: '', key: undefined, time: 0, weight: 1, value })

test('writes keys as JSON does, so that keys of before stay what they were', () => {
  const value = {
    a: 'x"y',
    b: 1.5,
    c: true,
    d: null,
    e: undefined,
    f: -0,
    g: { h: [1, new Date(5)] },
    i: NaN,
    j: 1e21,
    k: 5e-324,
  }
  expect(textOf(value)).toBe(JSON.stringify(Object.values(value)))
  expect(textOf({ at: new Date(5), was: Decimal.read('1.10') })).toBe('[5,"1.1"]')
  expect(textOf({ at: new Date(NaN) })).toBe('[null]')
})

test('writes a big integer as the number that it is', () => {
  expect(textOf({ big: 9_007_199_254_740_993n })).toBe('[9007199254740993]')
  expect(textOf({ big: 5n, k: 'a' })).toBe(textOf({ big: 5, k: 'a' }))
  expect(textOf({ in: { list: [5n] } })).toBe('[{"list":["5"]}]')
})
