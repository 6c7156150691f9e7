import type { ValueType } from '../expression/index.ts'
import { functionOf } from '../expression/functions/table.ts'
import type { AggregateFunction } from './aggregate-function.ts'

const int: ValueType = { kind: 'int' }
const listOf = (items: ValueType): ValueType => ({ kind: 'list', items })
const unknown: ValueType = { kind: 'unknown' }

/** What the function of lists with the same name gives: over a list and over a stream, a sum is the same. */
const asOfList =
  (name: string) =>
  ([value = unknown]: readonly ValueType[]): ValueType => {
    const { nullable: _, ...type } = functionOf(name)!.gives([listOf(value)])
    return type
  }

const same = ([value = unknown]: readonly ValueType[]): ValueType => value
const numeric = 'number, int64, decimal or duration'
const ordered = 'number, int64, decimal, string or time'

/** Every aggregate of the language, in the order of tables. */
export const aggregateFunctions: readonly AggregateFunction[] = [
  {
    name: 'count',
    summary: 'How many records there are; with a condition, for how many it is true.',
    parameters: [{ name: 'condition', takes: 'boolean', isOptional: true }],
    gives: () => int,
    isCount: true,
    retracts: true,
    example: 'count(it.delay > 15)',
  },
  {
    name: 'sum',
    summary: 'The sum of numbers: exact, and rounded once, so that their order does not count.',
    parameters: [{ name: 'value', takes: numeric }],
    gives: asOfList('sum'),
    retracts: true,
    example: 'sum(it.delay)',
  },
  {
    name: 'avg',
    summary: 'The mean of numbers.',
    parameters: [{ name: 'value', takes: numeric }],
    gives: asOfList('avg'),
    retracts: true,
    example: 'avg(it.delay)',
  },
  {
    name: 'min',
    summary: 'The least number, the first text or the earliest time.',
    parameters: [{ name: 'value', takes: ordered }],
    gives: same,
    retracts: true,
    example: 'min(it.delay)',
  },
  {
    name: 'max',
    summary: 'The greatest number, the last text or the latest time.',
    parameters: [{ name: 'value', takes: ordered }],
    gives: same,
    retracts: true,
    example: 'max(it.delay)',
  },
  {
    name: 'first',
    summary: 'The value of the earliest record, by event time.',
    parameters: [{ name: 'value', takes: 'anything' }],
    gives: same,
    retracts: true,
    example: 'first(it.origin)',
  },
  {
    name: 'last',
    summary: 'The value of the latest record, by event time.',
    parameters: [{ name: 'value', takes: 'anything' }],
    gives: same,
    retracts: true,
    example: 'last(it.origin)',
  },
  {
    name: 'distinct',
    summary: 'How many different values there are, counted exactly.',
    parameters: [{ name: 'value', takes: 'anything' }],
    gives: () => int,
    isCount: true,
    retracts: true,
    example: 'distinct(it.carrier)',
  },
  {
    name: 'approxDistinct',
    summary: 'How many different values there are, estimated in 8 KB with a standard error of 1.6 %.',
    parameters: [{ name: 'value', takes: 'anything' }],
    gives: () => int,
    isCount: true,
    example: 'approxDistinct(it.tail)',
  },
  {
    name: 'percentile',
    summary: 'The number below which a fraction of the numbers lies, at most 1 % away from it.',
    parameters: [
      { name: 'value', takes: 'number' },
      { name: 'fraction', number: 'fraction' },
    ],
    gives: () => ({ kind: 'number' }),
    retracts: true,
    example: 'percentile(it.delay, 0.95)',
  },
  {
    name: 'top',
    summary: 'The values that there are most often, with their counts; exact for up to 10,000 different ones.',
    parameters: [
      { name: 'value', takes: 'anything' },
      { name: 'n', number: 'whole' },
    ],
    gives: (types) => listOf({ kind: 'record', fields: { value: { type: same(types) }, count: { type: int } } }),
    retracts: true,
    example: 'top(it.origin, 10)',
  },
  {
    name: 'topBy',
    summary: 'The values of the records with the greatest order, the greatest first.',
    parameters: [
      { name: 'value', takes: 'anything' },
      { name: 'n', number: 'whole' },
      { name: 'order', takes: ordered },
    ],
    gives: (types) => listOf(same(types)),
    retracts: true,
    example: 'topBy(it.flight, 3, it.delay)',
  },
  {
    name: 'collect',
    summary: 'The values by event time, as many as the limit allows.',
    parameters: [
      { name: 'value', takes: 'anything' },
      { name: 'limit', number: 'whole', default: 1000 },
    ],
    gives: (types) => listOf(same(types)),
    retracts: true,
    example: 'collect(it.flight, 100)',
  },
]

/** The aggregates that a plan can name: those of the language, and those given in code. */
export type Aggregates = ReadonlyMap<string, AggregateFunction>

/** The aggregates of the language by name. */
export const usualAggregates: Aggregates = new Map(aggregateFunctions.map((one) => [one.name, one]))

/** The same with those that were given in code, which may replace none. */
export const aggregatesWith = (own: Aggregates | undefined): Aggregates =>
  own === undefined || own.size === 0 ? usualAggregates : new Map([...own, ...usualAggregates])
