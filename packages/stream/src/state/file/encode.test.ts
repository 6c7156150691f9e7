import { textual } from '@heddle/core'
import { decimal, Decimal } from '@heddle/types/decimal'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { decode, encode, Unwritable } from './encode.ts'
import { textForms } from './text-forms.ts'

class Money {
  readonly cents: number
  constructor(cents: number) {
    this.cents = cents
  }
  toJSON() {
    return `${this.cents}c`
  }
}
const money = textual(
  z.custom<Money>((value) => value instanceof Money),
  {
    read: (text) => (/^\d+c$/.test(text) ? new Money(Number.parseInt(text)) : undefined),
    pattern: '',
    format: 'money',
  },
)

const sparse: unknown[] = []
sparse[1] = 1
const plain = [null, true, 0, -1.5, '', '~', '\ud800', [], {}, [1, [2]], { a: { b: [null] }, '~': 1 }, '{"~":1}']
const others = [
  undefined, NaN, Infinity, -Infinity, -0, 12n ** 30n, new Date(5), new Date(NaN), new Map<unknown, unknown>([[1, new Date(1)], [{ a: 1 }, -0]]),
  new Set([1n, '1', undefined]), new Uint8Array([0, 255]), { a: undefined, b: [NaN] }, sparse, { '~': 'date', v: new Date(1) },
  { '~': 'date', v: 1, more: 2n }, [{ deep: { deeper: [new Map([['a', new Set([new Date(2)])]])] } }],
] // prettier-ignore

test('plain values are plain JSON', () => {
  for (const value of plain) expect(encode(value, [])).toBe(JSON.stringify(value))
})

test('each value comes back as it was, also what JSON cannot hold', () => {
  for (const value of [...plain, ...others]) {
    const text = encode(value, [])
    expect(decode(text, []), text).toEqual(value === sparse ? [undefined, 1] : value)
  }
  expect(Object.is(decode(encode(-0, []), []), -0)).toBe(true)
  expect('a' in (decode(encode({ a: undefined }, []), []) as object)).toBe(true)
})

test('a field named __proto__ stays a field', () => {
  const value = JSON.parse('{"__proto__":{"x":1},"n":0}') as { n: unknown }
  value.n = 1n
  const read = decode(encode(value, []), []) as object
  expect(Object.keys(read)).toEqual(['__proto__', 'n'])
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
})

test('values with a text form are kept by the forms that their schema holds', () => {
  const schema = z.object({ paid: z.array(money).optional(), at: z.lazy(() => z.union([money, z.null()])) })
  const forms = textForms(schema)
  expect(forms.map(({ format }) => format)).toEqual(['money'])
  const value = { paid: [new Money(5)], at: new Money(7), NaN }
  expect(decode(encode(value, forms), forms)).toEqual(value)
  expect(decode(encode(value, forms), [])).toEqual({ paid: ['5c'], at: '7c', NaN })
})

test('decimals are kept without a schema, and those that a schema told about before are read as they were', () => {
  const one = Decimal.read('1.10')!
  const value = { one, all: [one, { at: new Date(5), other: Decimal.of(-7n) }] }
  expect(decode(encode(value, []), [])).toEqual(value)
  expect(encode(one, [])).toBe('~{"~":"decimal","v":"1.1"}')
  const forms = textForms(z.object({ v: decimal() }))
  expect(encode(one, forms)).toBe('~{"~":"text","f":"decimal","v":"1.1"}')
  expect(decode('~{"v":{"~":"text","f":"decimal","v":"1.1"}}', forms)).toEqual({ v: one })
  // The text of a decimal may be one of another form too.
  const word = textual(z.custom<Money>(), { read: (text) => new Money(text.length), pattern: '', format: 'word' })
  const others = textForms(z.object({ word, more: z.unknown() }))
  expect(decode(encode({ more: one, word: new Money(5) }, others), others)).toEqual({ more: one, word: new Money(2) })
})

test('what cannot be kept says where it stands', () => {
  expect(() => encode({ a: [1, () => 1] }, [])).toThrow(new Unwritable('$/a/1 is a function'))
  expect(() => encode({ a: Symbol('x') }, [])).toThrow('$/a is a symbol')
  expect(() => encode([new Money(1)], [])).toThrow('$/0 is a Money')
  const loop: unknown[] = []
  loop.push(loop)
  expect(() => encode(loop, [])).toThrow('it holds itself')
})
