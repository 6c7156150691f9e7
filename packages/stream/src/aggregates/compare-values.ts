import { Decimal } from '@heddle/types/decimal'

/** Values of different kinds stand in this order; among each other they have their own. */
const kindOf = (value: unknown): number => {
  switch (typeof value) {
    case 'boolean':
      return 1
    case 'number':
    case 'bigint':
      return 2
    case 'string':
      return 3
    case 'object':
      if (value === null) return 0
      if (value instanceof Decimal) return 2
      if (value instanceof Date) return 4
      return Array.isArray(value) ? 5 : 6
    default:
      return 0
  }
}

/**
 * A total order of everything that a record can hold: below 0 where the left value is less, 0 where both are the same.
 * NaN is greater than every number, as in PostgreSQL; lists go by their items, records by their fields in the order of
 * their names.
 */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return compareNumbers(left, right)
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
  const kind = kindOf(left)
  const order = kind - kindOf(right)
  if (order !== 0) return order
  switch (kind) {
    case 1:
      return Number(left) - Number(right)
    case 2:
      return compareNumeric(left as Numeric, right as Numeric)
    case 4:
      return compareNumbers((left as Date).getTime(), (right as Date).getTime())
    case 5:
      return compareLists(left as readonly unknown[], right as readonly unknown[])
    case 6:
      return compareLists(partsOf(left as object), partsOf(right as object))
    default:
      return 0
  }
}

type Numeric = number | bigint | Decimal

function compareNumbers(left: number, right: number): number {
  if (left < right) return -1
  if (left > right) return 1
  return left === right ? 0 : Number(Number.isNaN(left)) - Number(Number.isNaN(right))
}

function compareNumeric(left: Numeric, right: Numeric): number {
  if (!(left instanceof Decimal) && !(right instanceof Decimal)) {
    // JavaScript compares a big integer with a double by their exact values.
    if (left < right) return -1
    if (left > right) return 1
    return Number(Number.isNaN(Number(left))) - Number(Number.isNaN(Number(right)))
  }
  const [one, other] = [finite(left), finite(right)]
  if (one !== undefined && other !== undefined) return one.compare(other)
  return compareNumbers(doubleOf(left), doubleOf(right))
}

const doubleOf = (value: Numeric): number => (value instanceof Decimal ? value.toNumber() : Number(value))

const finite = (value: Numeric): Decimal | undefined =>
  value instanceof Decimal ? value : Number.isFinite(Number(value)) ? Decimal.of(value) : undefined

function compareLists(left: readonly unknown[], right: readonly unknown[]): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index++) {
    const order = compareValues(left[index], right[index])
    if (order !== 0) return order
  }
  return left.length - right.length
}

const partsOf = (record: object): readonly unknown[] =>
  Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flat()

/** Whether two values are the same all through. */
export const isSame = (left: unknown, right: unknown): boolean => left === right || compareValues(left, right) === 0
