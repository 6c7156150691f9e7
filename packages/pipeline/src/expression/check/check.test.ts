import { expect, test } from 'vitest'
import { decimal } from '@heddle/types/decimal'
import { z } from 'zod'
import { parseExpression } from '../text/parse.ts'
import { typeOfSchema } from '../types/type-of-schema.ts'
import { typeText } from '../types/type-text.ts'
import { checkExpression } from './check.ts'

const Flight = z.object({
  id: z.string(),
  delay: z.int(),
  distance: z.number().nullable(),
  origin: z.object({ code: z.string(), city: z.string().optional() }),
  status: z.enum(['open', 'late', 'gone']),
  at: z.date(),
  stops: z.array(z.object({ code: z.string(), minutes: z.int() })),
  tags: z.record(z.string(), z.string()),
  weight: z.int64(),
  price: decimal(),
  cancelled: z.boolean(),
  raw: z.unknown(),
})
const scope = { it: typeOfSchema(Flight), limit: typeOfSchema(z.int()) }

function check(text: string) {
  const parsed = parseExpression(text)
  if (!parsed.ok) return expect.unreachable(`${text}: ${parsed.errors[0]?.message}`)
  return checkExpression(parsed.expression, scope)
}

test.each([
  ['it.delay + 1', 'whole number'],
  ['it.delay * 1.5', 'number'],
  ['it.delay / 2', 'number'],
  ['it.delay / limit', 'number or null'],
  ['it.delay / 0', 'number or null'],
  ['it.delay % 2', 'whole number'],
  ['it.delay % limit', 'whole number or null'],
  ['it.delay % 0', 'whole number or null'],
  ['it.delay % 1.5', 'number'],
  ['it.distance * 2', 'number or null'],
  ['coalesce(it.distance, 0)', 'number'],
  ['it.origin.city', 'string or null'],
  ['it.weight + 1', 'int64 or null'],
  ['it.price * it.delay', 'decimal'],
  ['it.price + it.weight', 'decimal'],
  ['it.price * decimal("1.19")', 'decimal'],
  ['it.price / decimal("1.19")', 'decimal'],
  ['it.price / it.delay', 'decimal or null'],
  ['it.price % it.delay', 'decimal or null'],
  ['decimal(it.id)', 'decimal or null'],
  ['round(it.price, 2)', 'decimal or null'],
  ['floor(it.price)', 'decimal'],
  ['sum([it.price, 2])', 'decimal or whole number or null'],
  ['it.price > 12', 'boolean'],
  ['double(it.price) * 1.5', 'number or null'],
  ['it.at - it.at', 'duration'],
  ['(it.at - it.at) % duration("1h")', 'duration or null'],
  ['it.at + duration("1h")', 'time'],
  ['it.stops[0].code', 'string or null'],
  ['it.stops.map(x, x.minutes)', 'list of whole number'],
  ['sum(it.stops.map(x, x.minutes))', 'whole number or null'],
  ['it.stops.filter(x, x.minutes > 10).size()', 'whole number'],
  ['it.stops.exists(x, x.code == "ATL")', 'boolean'],
  ['it.tags["a"]', 'string or null'],
  ['it.raw.anything', 'anything'],
  ['it.raw.x > 1', 'boolean or null'],
  ['it.cancelled ? 1 : "none"', 'whole number or "none"'],
  ['{"id": it.id, "late": it.delay > limit}', '{ id: string, late: boolean }'],
  ['[]', 'list of nothing'],
  ['it.at.getHours("Europe/Berlin")', 'whole number'],
  ['it.at.getHours(it.id)', 'whole number or null'],
  ['null', 'null'],
  ['it.distance != null ? it.distance * 2 : 0', 'number'],
  ['it.distance == null ? 0 : it.distance', 'number'],
  ['has(it.origin.city) ? it.origin.city : "none"', 'string'],
  ['it.distance > 10 ? it.distance : 0', 'number'],
  ['it.distance > 10 ? 0 : it.distance', 'number or null'],
  ['it.distance == null || it.distance > 1', 'boolean'],
  ['it.distance == null || it.delay > 1 ? 0 : it.distance', 'number'],
  ['it.cancelled || it.distance > 1 ? 0 : it.distance', 'number or null'],
  ['it.distance != null && it.distance > 1', 'boolean'],
  ['it.distance > 1 && it.distance < 5', 'boolean or null'],
  ['[1, null].filter(x, x != null)', 'list of whole number'],
  ['[it.origin].filter(x, x.city != null).map(x, x.city)', 'list of string'],
  ['it.distance != null && it.stops.all(it, it.minutes > 1)', 'boolean'],
  ['it.distance == null', 'boolean'],
  ['timestamp("2026-11-21T00:00:00Z")', 'time'],
  ['timestamp(it.id)', 'time or null'],
])('finds the type of %s', (text, expected) => {
  const checked = check(text)
  expect(checked.ok ? typeText(checked.type) : checked.errors).toBe(expected)
})

test.each([
  ['it.delai > 15', 'delai', 'There is no field "delai"; did', 'delay'],
  ['it.origin.cty', 'cty', 'There is no field "cty"; did', 'city'],
  ['it.origin.zip', 'zip', 'There is no field "zip" in { code: string, city?: string }', undefined],
  ['that.delay', 'that', 'There is no "that" here; there is it, limit', undefined],
  ['delay > 15', 'delay', 'There is no "delay" here', 'it.delay'],
  ['lmit > 15', 'lmit', 'There is no "lmit" here', 'limit'],
  ['it.stops.code', 'code', 'has no fields', '.map(x, x.code)'],
  ['it.delay.x', 'x', 'Whole number has no fields', undefined],
  ['it.delay > "15"', 'it.delay > "15"', 'whole number > "15" has no answer', 'double("15")'],
  ['it.id + it.delay', 'it.id + it.delay', 'string + whole number has no answer', 'string(it.delay)'],
  ['it.status == "opn"', 'it.status == "opn"', '"open" or "late" or "gone" is never "opn"', '"open"'],
  ['it.at > "2026-11-21"', 'it.at > "2026-11-21"', 'time > "2026-11-21" has no answer', 'timestamp("2026-11-21")'],
  ['it.at + 5', 'it.at + 5', 'time + whole number has no answer', 'duration("5ms")'],
  ['it.weight * 1.5', 'it.weight * 1.5', 'int64 * number has no answer', 'int64(1.5)'],
  ['it.delay ? 1 : 2', 'it.delay', 'A condition is true or false, this is whole number', 'it.delay != 0'],
  ['it.delay && true', 'it.delay && true', 'whole number && boolean has no answer', undefined],
  ['lowr(it.id)', 'lowr', 'There is no function "lowr"', 'lower'],
  ['it.id.startWith("a")', 'startWith', 'There is no function "startWith"', 'startsWith'],
  ['lower(it.delay)', 'it.delay', 'lower takes string here, not whole number', 'string(it.delay)'],
  ['lower(it.id, it.id)', 'lower(it.id, it.id)', 'lower(string) takes 1, not 2', undefined],
  ['it.id.matches("[")', 'it.id.matches("[")', 'matches: "[" is no regular expression', undefined],
  ['it.id.matches(it.id)', 'it.id.matches(it.id)', 'matches: the pattern has to be written down', undefined],
  ['duration("5 minutes")', 'duration("5 minutes")', 'duration: "5 minutes" is no duration', undefined],
  ['it.at.getHours("Berlin")', 'it.at.getHours("Berlin")', 'getHours: "Berlin" is no time zone', undefined],
  ['timestamp("yesterday")', 'timestamp("yesterday")', 'timestamp: "yesterday" is no time in RFC 3339', undefined],
  ['it.stops.filter(x, x.minutes)', 'x.minutes', 'A condition is true or false', 'x.minutes != 0'],
  ['it.delay.map(x, x)', 'it.delay', 'map goes over a list, this is whole number', undefined],
  ['"x" in it.stops', '"x" in it.stops', 'has no answer', undefined],
  ['it.stops["a"]', '"a"', 'has no fields', '.map(x, x.a)'],
  ['it.stops[it.id]', 'it.id', 'has no elements by string', undefined],
])('says what is wrong with %s, where, and what was meant', (text, place, message, suggestion) => {
  const checked = check(text)
  if (checked.ok) return expect.unreachable(typeText(checked.type))
  const [error, ...others] = checked.errors
  expect(others).toEqual([])
  expect(text.slice(error!.offset, error!.offset + error!.length)).toBe(place)
  expect(error!.message).toContain(message)
  expect(error!.suggestion).toBe(suggestion)
  if (suggestion !== undefined) expect(error!.message).toContain(`; did you mean ${suggestion}?`)
})

test('tells every mistake of an expression once', () => {
  const checked = check('it.delai + it.dist + lowr(it.idd) > "a" && it.stops.all(x, x.cod == 1)')
  expect(checked.ok ? [] : checked.errors.map(({ suggestion }) => suggestion)).toEqual([
    'delay',
    undefined,
    'lower',
    'id',
    'code',
  ])
})

test.each([
  ['it.price * 1.5', 'decimal * number has no answer; did you mean decimal("1.5")?', 0],
  ['it.delay > 1 && it.price > 9.99', 'decimal > number has no answer; did you mean decimal("9.99")?', 16],
  ['it.price + it.distance', 'decimal + number or null has no answer; did you mean decimal(it.distance)?', 0],
  ['it.price == 1.5', 'decimal is never number; did you mean decimal("1.5")?', 0],
  ['it.price + it.id', 'decimal + string has no answer; did you mean string(it.price)?', 0],
  ['it.price * "2"', 'decimal * "2" has no answer; did you mean decimal("2")?', 0],
  ['decimal("12,50")', 'decimal: "12,50" is no decimal number: one is written like 12.50', 0],
  ['sum([it.price, 1.5])', 'sum takes list of numbers here, not list of (decimal or number)', 4],
  ['sqrt(it.price)', 'sqrt takes number here, not decimal', 5],
])('tells where a double would meet a decimal: %s', (text, message, offset) => {
  const checked = check(text)
  expect(checked.ok ? [] : checked.errors.map((error) => [error.message, error.offset])).toEqual([[message, offset]])
})
