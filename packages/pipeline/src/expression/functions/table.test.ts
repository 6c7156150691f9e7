import { expect, test } from 'vitest'
import { checkExpression } from '../check/check.ts'
import { compileExpression } from '../compile/compile.ts'
import { interpret } from '../run/interpret.ts'
import { parseExpression } from '../text/parse.ts'
import { schemaOfType } from '../types/schema-of-type.ts'
import { expressionFunctions } from './table.ts'

function parsed(text: string) {
  const result = parseExpression(text)
  return result.ok ? result.expression : expect.unreachable(`${text}: ${result.errors[0]?.message}`)
}

test.each(expressionFunctions.map((one) => [one.name, one] as const))('%s does what its example says', (_name, one) => {
  const [text, value] = one.example
  const expression = parsed(text)
  expect(interpret(expression, {})).toEqual(value)
  expect(compileExpression(expression)({})).toEqual(value)
  const checked = checkExpression(expression, {})
  if (!checked.ok) return expect.unreachable(checked.errors[0]?.message)
  expect(schemaOfType(checked.type).safeParse(value).success).toBe(true)
})

test.each(expressionFunctions.map((one) => [one.name, one] as const))(
  '%s gives null for null and for values of the wrong kind, and never throws',
  (name, { takes, run }) => {
    if (name === 'isNull' || name === 'coalesce') return
    expect(run(...takes.map(() => null))).toBeNull()
    // A function is no value of the language, so that nobody takes it.
    if (takes[0] !== 'anything') expect(run(...takes.map(() => expect))).toBeNull()
  },
)

test.each([
  ['size("😀a")', 2],
  ['size({"a": 1})', 1],
  ['"a.b".split(".").size()', 2],
  ['"aXbX".replace("X", "$&")', 'a$&b$&'],
  ['"abc".substring(-5, 2)', 'ab'],
  ['round(2.5)', 3],
  ['round(-2.5)', -3],
  ['round(1234.5, -2)', 1200],
  ['round(1e300, 2)', 1e300],
  ['sqrt(-1)', null],
  ['sum([])', null],
  ['sum([null])', null],
  ['sum([int64("1"), 2])', 3n],
  ['avg([])', null],
  ['count([])', 0],
  ['min([])', null],
  ['max([1, "a"])', null],
  ['max([timestamp("2026-01-01"), timestamp("2026-01-02")]) == timestamp("2026-01-02")', true],
  ['first([])', null],
  ['sort(["b", "a", null])', ['a', 'b', null]],
  ['sort([1, "a"])', null],
  ['distinct([{"a": 1}, {"a": 1}, 1, "1"])', [{ a: 1 }, 1, '1']],
  ['flatten([[1], null, [2]])', [1, 2]],
  ['int(2.9)', 2],
  ['int(-2.9)', -2],
  ['int("2.9")', null],
  ['int("99999999999999999999")', null],
  ['int(1e300)', null],
  ['double("")', null],
  ['double("Infinity")', null],
  ['int64("9223372036854775808")', null],
  ['int64(1.5)', null],
  ['-int64("-9223372036854775808")', null],
  ['int64("9223372036854775807") + 1', null],
  ['int64("7") / 2', 3n],
  ['string(true)', 'true'],
  ['string(timestamp("2026-11-21T13:00:00+01:00"))', '2026-11-21T12:00:00.000Z'],
  ['bool("yes")', null],
  ['int(timestamp("1970-01-01T00:00:01Z"))', 1000],
  ['timestamp(0) == timestamp("1970-01-01")', true],
  ['timestamp("2026-01-01") + duration("1d") == timestamp("2026-01-02")', true],
  ['timestamp("2026-01-02") - timestamp("2026-01-01") == duration("24h")', true],
  ['duration("1h30m") / duration("30m")', 3],
  ['duration("-1s")', -1000],
  ['timestamp("2026-07-01T22:30:00Z").getHours("Europe/Berlin")', 0],
  ['timestamp("2026-07-01T22:30:00Z").getDate("Europe/Berlin")', 2],
  ['timestamp("2026-01-01T02:30:00Z").getFullYear("America/New_York")', 2025],
  ['timestamp("2026-01-01T02:30:00Z").getDayOfYear("America/New_York")', 364],
  ['timestamp("2026-01-01T02:30:00.250Z").getMilliseconds("-05:30")', 250],
  ['timestamp("1900-01-01T00:00:00.250Z").getMilliseconds("UTC")', 250],
  ['timestamp("0050-06-01T00:00:00Z").getFullYear("UTC")', 50],
  ['timestamp("2026-01-01").getHours("Nowhere/City")', null],
  ['timestamp(-99999999999999).getHours("Europe/Berlin")', null],
])('%s is what it should be', (text, value) => {
  expect(interpret(parsed(text), {})).toEqual(value)
})

test('a time that is no day of the calendar is refused before it runs, and null when it is read', () => {
  const checked = checkExpression(parsed('timestamp("2026-02-30")'), {})
  expect(checked.ok).toBe(false)
  expect(interpret(parsed('timestamp(it)'), { it: '2026-02-30T00:00:00Z' })).toBeNull()
})
