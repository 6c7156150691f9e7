import { canonicalJson, toJson } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashInput, isHashOf, longHash } from './hash-input.ts'

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, part]) => [name, shuffled(part)]),
  )
}

test('values that are the same JSON have the same hash, whatever the order of their fields', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(hashInput(shuffled(value))).toBe(hashInput(value))
      expect(hashInput(JSON.parse(JSON.stringify(value)))).toBe(hashInput(value))
    }),
  )
})

test('values that are other JSON have another hash', () => {
  const seen = new Map<string, string>()
  const told = (value: unknown) => {
    const text = canonicalJson(toJson(value))
    expect(seen.get(hashInput(value)) ?? text).toBe(text)
    seen.set(hashInput(value), text)
  }
  for (let one = 0; one < 300; one++) for (let other = 0; other < 300; other++) told({ one, other })
  for (let at = 0; at < 100_000; at++) told(`o-${at}`)
  fc.assert(fc.property(fc.jsonValue(), told), { numRuns: 1000 })
})

test('what JSON cannot hold is hashed as what it becomes', () => {
  class Order {
    readonly id = 'o-17'
    readonly at = new Date(5)
  }
  const hole = {
    there: 1,
    not: undefined,
    nan: Number.NaN,
    zero: -0,
    big: 10n ** 20n,
    set: new Set(['a']),
    none: () => 1,
  }
  for (const value of [
    new Order(),
    hole,
    [undefined, Symbol('s')],
    new Map([['a', new Date(0)]]),
    { toJSON: () => 3 },
  ]) {
    expect(hashInput(value)).toBe(hashInput(JSON.parse(JSON.stringify(toJson(value)))))
  }
})

test('a hash of before is still that of its value', () => {
  const input = { order: 'o-17', cents: 4200 }
  expect(longHash(input)).toBe('hOCupw2yXpmq5bUYFDWVJo')
  expect(isHashOf(longHash(input), input)).toBe(true)
  expect(isHashOf(longHash(input), { ...input, cents: 1 })).toBe(false)
  expect(isHashOf(hashInput(input), input)).toBe(true)
  expect(isHashOf(hashInput(input), { ...input, cents: 1 })).toBe(false)
})
