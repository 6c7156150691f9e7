import { Decimal } from '@heddle/types/decimal'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addExact,
  type ExactSum,
  exactSum,
  meanOfExact,
  mergeExact,
  noSum,
  resultOfExact,
  retractExact,
} from './exact-sum.ts'

const sumOf = (values: readonly unknown[]): ExactSum => {
  const sum = noSum()
  for (const value of values) addExact(sum, value)
  return sum
}

/** The double nearest to the sum of doubles, by whole numbers of arbitrary size. */
function nearest(values: readonly number[]): number {
  const units = values.reduce((sum, value) => sum + unitsOf(value), 0n)
  const size = units < 0n ? -units : units
  const digits = size.toString(2)
  // Units are 2^-1074, so what has 53 digits or fewer is a double already.
  const dropped = Math.max(0, digits.length - 53)
  let kept = size >> BigInt(dropped)
  const rest = size - (kept << BigInt(dropped))
  const middle = dropped === 0 ? 0n : 1n << BigInt(dropped - 1)
  if (dropped > 0 && (rest > middle || (rest === middle && kept % 2n === 1n))) kept += 1n
  const scaled =
    dropped >= 1074 ? Number(kept) * 2 ** (dropped - 1074) : Number(kept) * 2 ** (dropped - 537) * 2 ** -537
  return units < 0n ? -scaled : scaled
}

function unitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const size = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1)
  return value < 0 ? -size : size
}

const double = fc.oneof(
  fc.double({ min: 1e306, noNaN: true, noDefaultInfinity: true }),
  fc.double({ max: -1e306, noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
  fc.constantFrom(2 ** 1023, -(2 ** 1023), 2 ** 971, 2 ** 970, -(2 ** 970), 2 ** 969, -(2 ** 969), -5e-324),
  fc.constantFrom(1e16, 1, -1e16, 2 ** 53, -(2 ** -53), 2 ** 52 + 0.5, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE),
)

test('is the double nearest to the exact sum, in whatever order', () => {
  fc.assert(
    fc.property(fc.array(double, { minLength: 1, maxLength: 40 }), (values) => {
      const expected = nearest(values)
      expect(resultOfExact(sumOf(values))).toBe(expected + 0)
      expect(resultOfExact(sumOf(values.toReversed()))).toBe(expected + 0)
      expect(resultOfExact(sumOf(values.toSorted((a, b) => a - b)))).toBe(expected + 0)
    }),
    { numRuns: 2000 },
  )
})

test('is the same when more was added and taken back, merged, and read from its JSON', () => {
  const any = fc.oneof(double, fc.constantFrom<unknown>(NaN, Infinity, -Infinity, 'text', 3n, Decimal.read('0.1')))
  fc.assert(
    fc.property(fc.array(any, { minLength: 1 }), fc.array(any), fc.array(any), (kept, other, lost) => {
      const all = sumOf([...lost, ...kept])
      for (const value of lost) retractExact(all, value)
      const expected = resultOfExact(sumOf([...kept, ...other]))
      const merged = sumOf(other)
      mergeExact(merged, exactSum.parse(JSON.parse(JSON.stringify(all))))
      expect(resultOfExact(merged)).toEqual(expected)
    }),
    { numRuns: 2000 },
  )
})

test('is exact where doubles lose', () => {
  expect(resultOfExact(sumOf([1e100, 1, -1e100]))).toBe(1)
  expect(resultOfExact(sumOf(Array.from({ length: 10 }, () => 0.1)))).toBe(1)
  expect(resultOfExact(sumOf([2 ** 53, 1, 1]))).toBe(2 ** 53 + 2)
  expect(resultOfExact(sumOf([Number.MAX_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE]))).toBe(Number.MAX_VALUE)
  expect(resultOfExact(sumOf([Number.MAX_VALUE, Number.MAX_VALUE]))).toBe(Infinity)
  // The difference of the two is infinite, and their sum is not.
  expect(resultOfExact(sumOf([3.296897598638668e306, -Number.MAX_VALUE]))).toBe(
    3.296897598638668e306 - Number.MAX_VALUE,
  )
  expect(Object.is(resultOfExact(sumOf([-0])), 0)).toBe(true)
})

test('stays exact at the end of the doubles, where parts of it would be infinite', () => {
  const lost = [-3.066472117415717e306, -Number.MAX_VALUE, -1.1367039638970355e306, Number.MAX_VALUE, 5e-324]
  const sum = sumOf([...lost, 1])
  for (const value of lost) retractExact(sum, value)
  expect(resultOfExact(exactSum.parse(JSON.parse(JSON.stringify(sum))))).toBe(1)
  // The middle between the greatest double and 2^1024 is infinite, and what is just below is not.
  expect(resultOfExact(sumOf([Number.MAX_VALUE, 2 ** 970]))).toBe(Infinity)
  expect(resultOfExact(sumOf([Number.MAX_VALUE, 2 ** 970, -5e-324]))).toBe(Number.MAX_VALUE)
  expect(resultOfExact(sumOf([-5e-324, Number.MAX_VALUE, 2 ** 969, 2 ** 969]))).toBe(Number.MAX_VALUE)
  expect(resultOfExact(sumOf([2 ** 1023, 2 ** 1023, -Number.MAX_VALUE, -(2 ** 971), 5e-324]))).toBe(5e-324)
  expect(resultOfExact(sumOf([Number.MAX_VALUE, Number.MAX_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE, -2]))).toBe(
    Infinity,
  )
})

test('is null of nothing and with what is no number, and infinite or NaN as doubles are', () => {
  expect(resultOfExact(noSum())).toBeNull()
  expect(resultOfExact(sumOf([1, '2']))).toBeNull()
  expect(resultOfExact(sumOf([1, Infinity]))).toBe(Infinity)
  expect(resultOfExact(sumOf([1, -Infinity]))).toBe(-Infinity)
  expect(resultOfExact(sumOf([Infinity, -Infinity]))).toBeNaN()
})

test('adds big integers within 64 bits and decimals exactly, with whole doubles but with no others', () => {
  expect(resultOfExact(sumOf([9_007_199_254_740_993n, 1]))).toBe(9_007_199_254_740_994n)
  expect(resultOfExact(sumOf([2n ** 63n - 1n, 1n]))).toBeNull()
  expect(resultOfExact(sumOf([2n ** 63n - 1n, 1n, -1n]))).toBe(2n ** 63n - 1n)
  expect(resultOfExact(sumOf([Decimal.read('0.1'), Decimal.read('0.2'), 2, 3n]))).toEqual(Decimal.read('5.3'))
  expect(resultOfExact(sumOf([Decimal.read('0.1'), 0.5]))).toBeNull()
})

test('has a mean that is a double, and of decimals a decimal', () => {
  expect(meanOfExact(sumOf([1, 2]))).toBe(1.5)
  expect(meanOfExact(sumOf([2n ** 62n, 2n ** 62n, 2n ** 62n]))).toBe(2 ** 62)
  expect(meanOfExact(sumOf([Decimal.read('0.1'), Decimal.read('0.3')]))).toEqual(Decimal.read('0.2'))
  expect(meanOfExact(noSum())).toBeNull()
})
