import { expect, test } from 'vitest'
import { z } from 'zod'
import { formatExpression, typeOfSchema, typeText } from '../expression/index.ts'
import type { AggregateFunction } from './aggregate-function.ts'
import { checkAggregate } from './check.ts'
import { splitAggregates } from './split.ts'
import { aggregateFunctions, aggregatesWith } from './table.ts'

const Flight = z.object({
  flight: z.string(),
  origin: z.string(),
  carrier: z.string(),
  tail: z.string().nullable(),
  delay: z.int(),
  distance: z.number().nullable(),
  price: z.int64(),
  stops: z.array(z.number()),
})
const scope = {
  record: { it: typeOfSchema(Flight), time: { kind: 'time' } },
  around: { key: { kind: 'string' }, parameters: { kind: 'record', fields: { rate: { type: { kind: 'number' } } } } },
} as const

test.each([
  ['count()', 'whole number'],
  ['count(it.delay > 15)', 'whole number'],
  ['sum(it.delay)', 'whole number'],
  ['sum(it.distance)', 'number or null'],
  ['sum(it.price)', 'int64'],
  ['avg(it.delay)', 'number'],
  ['min(it.origin)', 'string'],
  ['max(time)', 'time'],
  ['last(it.tail)', 'string or null'],
  ['distinct(it.tail)', 'whole number'],
  ['percentile(it.delay, 0.95)', 'number'],
  ['percentile(it.delay, 0)', 'number'],
  ['percentile(it.delay, 1)', 'number'],
  ['top(it.origin, 3)', 'list of { value: string, count: whole number }'],
  ['topBy(it.flight, 3, it.delay)', 'list of string'],
  ['collect(it.tail, 5)', 'list of string or null'],
  ['sum(it.delay) / count()', 'number or null'],
  ['sum(sum(it.stops))', 'number or null'],
  ['size(collect(it.origin, 5))', 'whole number'],
  ['count() > 3 ? "many" : key', 'string'],
  ['sum(it.delay) * parameters.rate', 'number'],
])('finds the type of %s', (text, expected) => {
  const checked = checkAggregate(text, scope)
  expect(checked.ok ? typeText(checked.type) : checked.errors).toBe(expected)
})

test.each([
  ['averge(it.delay)', 'averge', 'There is no aggregate or function "averge"', undefined],
  ['cuont()', 'cuont', 'There is no aggregate or function "cuont"; did you mean count?', 'count'],
  ['avg(it.delai)', 'delai', 'There is no field "delai"; did you mean delay?', 'delay'],
  ['avg(it.origin)', 'it.origin', 'avg takes number, int64, decimal or duration here, not string', 'double(it.origin)'],
  ['it.delay + count()', 'it', 'There are many records here, so "it" stands in an aggregate', undefined],
  ['sum(percentile(it.delay, 0.5))', 'percentile(it.delay, 0.5)', 'percentile stands in no other one', undefined],
  ['percentile(it.delay)', 'percentile(it.delay)', 'percentile(value, fraction) takes 2, not 1', undefined],
  ['percentile(it.delay, 95)', '95', 'fraction is a number from 0 to 1 that is written down', undefined],
  ['percentile(it.delay, 1.5)', '1.5', 'fraction is a number from 0 to 1 that is written down', undefined],
  ['top(it.origin, it.delay)', 'it.delay', 'n is a whole number from 1 that is written down', undefined],
  ['sum(distinct(it.stops))', 'distinct(it.stops)', 'takes', undefined],
])('says what is wrong with %s, and where', (text, place, message, suggestion) => {
  const checked = checkAggregate(text, scope)
  if (checked.ok) return expect.unreachable(typeText(checked.type))
  const [error, ...others] = checked.errors
  expect(others).toEqual([])
  expect(error!.message).toContain(message)
  expect(text.slice(error!.offset, error!.offset + error!.length)).toBe(place)
  expect(error!.suggestion).toBe(suggestion)
})

test('an expression is split into its calls, each once, and what is made of them', () => {
  const split = splitAggregates('sum(it.a) / count() + sum(it.a) * percentile(it.b + 1, 0.5) + collect(it.c)[0]')
  if (!split.ok) throw new Error(split.errors[0]!.message)
  const calls = split.calls.map(({ function: name, args, literals }) => [name, args.map(formatExpression), literals])
  expect(calls).toEqual([
    ['sum', ['it.a'], []],
    ['count', [], []],
    ['percentile', ['it.b + 1'], [0.5]],
    ['collect', ['it.c'], [1000]],
  ])
  expect(formatExpression(split.result)).toBe('agg0 / agg1 + agg0 * agg2 + agg3[0]')
})

test('what stands in an aggregate is left as it is, also where a function of lists has its name', () => {
  const split = splitAggregates('topBy(it.flight, 3, max(it.stops))')
  expect(split.ok && split.calls.map(({ args, literals }) => [args.map(formatExpression), literals])).toEqual([
    [['it.flight', 'max(it.stops)'], [3]],
  ])
})

test('each example in the table is a call of its aggregate that is right', () => {
  for (const { name, example } of aggregateFunctions) {
    const split = splitAggregates(example)
    expect(split.ok && split.calls.map((call) => call.function)).toEqual([name])
    const checked = checkAggregate(example, scope)
    expect(checked.ok || [example, checked.errors]).toBe(true)
  }
})

test('an aggregate that is given in code is known by its name', () => {
  const spread: AggregateFunction = {
    name: 'spread',
    summary: 'The greatest less the least.',
    parameters: [{ name: 'value', takes: 'number' }],
    gives: () => ({ kind: 'number' }),
    example: 'spread(it.delay)',
  }
  const own = aggregatesWith(new Map([['spread', spread]]))
  const checked = checkAggregate('spread(it.distance) + 1', scope, own)
  expect(checked.ok && typeText(checked.type)).toBe('number or null')
  expect(checkAggregate('sprad(it.delay)', scope, own)).toMatchObject({ errors: [{ suggestion: 'spread' }] })
})
