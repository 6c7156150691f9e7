import { Decimal } from '@heddle/types/decimal'
import { fieldOf, known } from './fields.ts'
import { asDecimal } from './numbers.ts'

/** Whether two values are the same all through. Inside of lists and records null is as good as any value. */
export function same(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (left instanceof Decimal || right instanceof Decimal) return orderOf(left, right) === 0
  if (typeof left === 'bigint' || typeof right === 'bigint') {
    return sameBig(left, right)
  }
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (left instanceof Date || right instanceof Date) {
    return left instanceof Date && right instanceof Date && left.getTime() === right.getTime()
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false
    return left.every((item, index) => same(known(item), known(right[index])))
  }
  const names = namesOf(left)
  if (names.length !== namesOf(right).length) return false
  return names.every((name) => Object.hasOwn(right, name) && same(fieldOf(left, name), fieldOf(right, name)))
}

/** Compares two of which one is a decimal; undefined where the other is no decimal and no whole number. */
function orderOf(left: unknown, right: unknown): number | undefined {
  const [one, other] = [asDecimal(left), asDecimal(right)]
  return one && other && one.compare(other)
}

/** The same number, of which one at least is a big integer. */
function sameBig(left: unknown, right: unknown): boolean {
  const [big, other] = typeof left === 'bigint' ? [left, right] : [right, left]
  return typeof other === 'number' && Number.isInteger(other) && BigInt(other) === big
}

const namesOf = (record: object): string[] =>
  Object.keys(record).filter((name) => (record as Record<string, unknown>)[name] !== undefined)

/** `==`. Whether unknown equals anything is unknown. */
export const equal = (left: unknown, right: unknown): unknown =>
  left === null || right === null ? null : same(left, right)

/** `!=`. */
export const differ = (left: unknown, right: unknown): unknown =>
  left === null || right === null ? null : !same(left, right)

type Ordered = number | bigint | string

/** The two in a form that JavaScript orders; nothing where they have no order. */
function ordered(left: unknown, right: unknown): readonly [Ordered, Ordered] | undefined {
  if (left instanceof Decimal || right instanceof Decimal) {
    const order = orderOf(left, right)
    return order === undefined ? undefined : [order, 0]
  }
  const isText = typeof left === 'string'
  if (isText !== (typeof right === 'string')) return undefined
  if (left instanceof Date && right instanceof Date) return [left.getTime(), right.getTime()]
  return isText || (isNumeric(left) && isNumeric(right)) ? [left as Ordered, right as Ordered] : undefined
}

const isNumeric = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint'

function compareBy(test: (left: Ordered, right: Ordered) => boolean) {
  return (left: unknown, right: unknown): unknown => {
    const pair = ordered(left, right)
    return pair === undefined ? null : test(pair[0], pair[1])
  }
}

/** `<`, `<=`, `>`, `>=`: numbers, texts by their UTF-16 units, times. */
export const less = compareBy((left, right) => left < right)
export const atMost = compareBy((left, right) => left <= right)
export const greater = compareBy((left, right) => left > right)
export const atLeast = compareBy((left, right) => left >= right)

/** `in`: an element of a list, or the name of a field. Not found among unknown ones is unknown. */
export function isIn(value: unknown, of: unknown): unknown {
  if (Array.isArray(of)) {
    if (of.length === 0) return false
    if (value === null) return null
    if (of.some((item) => item != null && same(value, item))) return true
    return of.some((item) => known(item) === null) ? null : false
  }
  if (typeof value !== 'string' || typeof of !== 'object' || of === null || of instanceof Date || of instanceof Decimal)
    return null
  return Object.hasOwn(of, value) && (of as Record<string, unknown>)[value] !== undefined
}
