import { Decimal } from '@heddle/types/decimal'
import { equal, less, same } from '../run/compare.ts'
import { known } from '../run/fields.ts'
import { add, divide } from '../run/numbers.ts'
import { mayBeNull, optionsOf, orNull, unionOf } from '../types/union-of.ts'
import type { ValueType } from '../types/value-type.ts'
import { defineFunction } from './define.ts'

type Types = readonly ValueType[]

const unknown: ValueType = { kind: 'unknown' }

/** The type of the elements of a list, as they are. */
const itemsOf = ([list]: Types): ValueType =>
  unionOf(optionsOf(list ?? unknown).map((option) => (option.kind === 'list' ? option.items : unknown)))

/** The type of the elements that are not null. */
const knownItems = (types: Types): ValueType => unionOf(optionsOf(itemsOf(types)))

const isOneKind = ([first, ...others]: Types): boolean =>
  first?.kind !== 'unknown' && others.every(({ kind }) => kind === first?.kind)

const listType = (items: ValueType): ValueType => ({ kind: 'list', items })

const knownOf = (list: readonly unknown[]) => list.filter((item) => known(item) !== null)

/** The one that comes before all others; null of none, and of values without an order between them. */
function extreme(list: readonly unknown[], before: (left: unknown, right: unknown) => unknown): unknown {
  const [first = null, ...others] = knownOf(list)
  let best = first
  for (const item of others) {
    const isBefore = before(item, best)
    if (isBefore === null) return null
    if (isBefore === true) best = item
  }
  return best
}

const sumOf = (list: readonly unknown[]): unknown => {
  const [first = null, ...others] = knownOf(list)
  return others.reduce((sum, item) => (sum === null ? null : add(sum, item)), first)
}

function average(list: readonly unknown[]): unknown {
  if (list.some((item) => item instanceof Decimal)) return divide(sumOf(list), knownOf(list).length)
  const numbers = knownOf(list).map(Number)
  return numbers.length === 0 ? null : numbers.reduce((sum, item) => sum + item, 0) / numbers.length
}

function sorted(list: readonly unknown[]): readonly unknown[] | null {
  const items = knownOf(list)
  const [first] = items
  if (items.some((item) => less(first, item) === null)) return null
  const nulls = list.filter((item) => known(item) === null).map(known)
  return [
    ...items.toSorted((left, right) => (less(left, right) === true ? -1 : equal(left, right) === true ? 0 : 1)),
    ...nulls,
  ]
}

function distinct(list: readonly unknown[]): readonly unknown[] {
  const simple = new Set<unknown>()
  const kept: unknown[] = []
  const isNew = (item: unknown) =>
    typeof item === 'object' && item !== null
      ? !kept.some((other) => same(other, item))
      : !simple.has(item) && simple.add(item)
  for (const item of list.map(known)) if (isNew(item)) kept.push(item)
  return kept
}

function meanOf(kinds: readonly ValueType['kind'][]): ValueType {
  if (kinds.length === 1 && kinds[0] === 'duration') return { kind: 'duration' }
  // Whole numbers may be all that there is of a list of both.
  if (kinds.includes('decimal'))
    return kinds.length === 1 ? { kind: 'decimal' } : unionOf([{ kind: 'decimal' }, { kind: 'number' }])
  return { kind: 'number' }
}

const codePoints = (text: string) => {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Functions of lists. Aggregates leave null elements out, and of nothing they are null, as in SQL. */
export const listFunctions = [
  defineFunction('size', {
    summary: 'How many characters (code points), elements or fields there are.',
    takes: ['string, list or record'],
    gives: { kind: 'int' },
    run: (of) => (typeof of === 'string' ? codePoints(of) : Array.isArray(of) ? of.length : Object.keys(of).length),
    example: ['size([1, null])', 2],
  }),
  defineFunction('count', {
    summary: 'How many elements of a list are not null.',
    takes: ['list'],
    gives: { kind: 'int' },
    run: (list) => knownOf(list).length,
    example: ['count([1, null])', 1],
  }),
  defineFunction('sum', {
    summary: 'The sum of the elements.',
    takes: ['list of numbers'],
    gives: knownItems,
    mayFail: true,
    run: sumOf,
    example: ['sum([1, null, 2.5])', 3.5],
  }),
  defineFunction('avg', {
    summary: 'The mean of the elements, a double; of decimals, a decimal.',
    takes: ['list of numbers'],
    gives: (types) => meanOf(optionsOf(knownItems(types)).map(({ kind }) => kind)),
    mayFail: true,
    run: average,
    example: ['avg([1, null, 2])', 1.5],
  }),
  defineFunction('min', {
    summary: 'The least element.',
    takes: ['list of numbers, strings or times'],
    gives: knownItems,
    mayFail: true,
    run: (list) => extreme(list, less),
    example: ['min([2, null, 1])', 1],
  }),
  defineFunction('max', {
    summary: 'The greatest element.',
    takes: ['list of numbers, strings or times'],
    gives: knownItems,
    mayFail: true,
    run: (list) => extreme(list, (left, right) => less(right, left)),
    example: ['max(["a", "b"])', 'b'],
  }),
  defineFunction('first', {
    summary: 'The first element.',
    takes: ['list'],
    gives: itemsOf,
    mayFail: true,
    run: ([first]) => known(first),
    example: ['first(["a", "b"])', 'a'],
  }),
  defineFunction('last', {
    summary: 'The last element.',
    takes: ['list'],
    gives: itemsOf,
    mayFail: true,
    run: (list) => known(list.at(-1)),
    example: ['last(["a", "b"])', 'b'],
  }),
  defineFunction('sort', {
    summary: 'The elements in their order, null ones last.',
    takes: ['list of numbers, strings or times'],
    // Of several kinds there is no order, and then no list.
    gives: (types) => orNull(listType(itemsOf(types)), !isOneKind(optionsOf(itemsOf(types)))),
    run: sorted,
    example: ['sort([2, null, 1])', [1, 2, null]],
  }),
  defineFunction('distinct', {
    summary: 'Each element once, where it stands first.',
    takes: ['list'],
    gives: (types) => listType(itemsOf(types)),
    run: distinct,
    example: ['distinct([1, 2, 1])', [1, 2]],
  }),
  defineFunction('flatten', {
    summary: 'The elements of the lists in a list; null ones are left out.',
    takes: ['list of lists'],
    gives: (types) => listType(itemsOf([knownItems(types)])),
    run: (list) => knownOf(list).flatMap((item) => (item as readonly unknown[]).map(known)),
    example: ['flatten([[1], [2, 3]])', [1, 2, 3]],
  }),
  defineFunction('coalesce', {
    summary: 'The first of some values that is not null.',
    takes: ['anything'],
    repeats: true,
    seesNull: true,
    gives: (types) => {
      const known = types.flatMap(optionsOf)
      return orNull(unionOf(known), types.every(mayBeNull))
    },
    run: (...values: readonly unknown[]) => values.find((value) => value !== null) ?? null,
    example: ['coalesce(null, 0)', 0],
  }),
]
