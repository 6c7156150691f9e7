import { Decimal } from '@heddle/types/decimal'
import { expect, test } from 'vitest'
import { parseExpression } from '../text/parse.ts'
import { interpret } from './interpret.ts'

class Money {
  readonly cents = 5
  get euros() {
    return this.cents / 100
  }
  add() {
    return this
  }
}

const it = {
  five: 5,
  zero: 0,
  no: null,
  big: 9_007_199_254_740_993n,
  price: Decimal.read('12.50'),
  text: 'abc',
  at: new Date(1000),
  list: [1, null, 3],
  empty: [],
  row: { a: 1, b: null },
  money: new Money(),
  missing: undefined,
}

function value(text: string): unknown {
  const parsed = parseExpression(text)
  return parsed.ok ? interpret(parsed.expression, { it }) : expect.unreachable(`${text}: ${parsed.errors[0]?.message}`)
}

const [yes, no, unknown] = [true, false, null]

test.each([
  ['true && true', yes],
  ['true && false', no],
  ['true && it.no', unknown],
  ['it.no && true', unknown],
  ['it.no && false', no],
  ['false && it.no', no],
  ['it.no && it.no', unknown],
  ['true || it.no', yes],
  ['it.no || true', yes],
  ['it.no || false', unknown],
  ['false || false', no],
  ['!it.no', unknown],
  ['!true', no],
])('decides with three values: %s', (text, expected) => {
  expect(value(text)).toBe(expected)
})

test.each([
  ['it.no + 1', null],
  ['it.no == it.no', null],
  ['it.no != 1', null],
  ['it.no < 1', null],
  ['-it.no', null],
  ['lower(it.no)', null],
  ['it.no.a.b', null],
  ['it.no[0]', null],
  ['it.no.map(x, x)', null],
  ['it.no == null', true],
  ['it.five != null', true],
  ['has(it.no)', false],
  ['has(it.five)', true],
  ['it.no ? 1 : 2', 2],
  ['coalesce(it.no, it.missing, 7)', 7],
])('null is unknown: %s', (text, expected) => {
  expect(value(text)).toBe(expected)
})

test.each([
  ['it.five / it.zero', null],
  ['it.five % it.zero', null],
  ['it.five / 2', 2.5],
  ['-7 / 2', -3.5],
  ['-7 % 3', -1],
  ['7 % -3', 1],
  ['0.1 + 0.2', 0.1 + 0.2],
  ['it.big + 1', 9_007_199_254_740_994n],
  ['it.big + 0.5', null],
  ['it.big > 9007199254740991', true],
  ['it.big == 9007199254740992.0', false],
  ['int64("5") == it.five', true],
  ['"1" == 1', false],
  ['"1" + 1', null],
  ['"a" + "b"', 'ab'],
  ['"a" < "b"', true],
  ['"a" < 1', null],
  ['[1, [2]] == [1, [2]]', true],
  ['[1, null] == [1, null]', true],
  ['{"a": 1, "b": null} == it.row', true],
  ['[1] + [2]', [1, 2]],
])('calculates and compares: %s', (text, expected) => {
  expect(value(text)).toEqual(expected)
})

test.each([
  ['1 in it.list', true],
  ['3 in it.list', true],
  ['2 in it.list', null],
  ['2 in [1, 3]', false],
  ['it.no in [1]', null],
  ['it.no in []', false],
  ['"a" in it.row', true],
  ['"c" in it.row', false],
  ['"toString" in it.row', false],
  ['it.list.all(x, x > 0)', null],
  ['it.list.all(x, x > 2)', false],
  ['it.list.exists(x, x > 2)', true],
  ['it.list.exists(x, x > 3)', null],
  ['it.list.exists_one(x, x > 2)', null],
  ['it.list.exists_one(x, x == null)', true],
  ['it.empty.all(x, x > 0)', true],
  ['it.empty.exists(x, x > 0)', false],
  ['it.list.filter(x, x > 0)', [1, 3]],
  ['it.list.map(x, x * 2)', [2, null, 6]],
  [
    'it.list.map(x, it.list.map(y, coalesce(x, 0) + coalesce(y, 0)))',
    [
      [2, 1, 4],
      [1, 0, 3],
      [4, 3, 6],
    ],
  ],
])('asks lists: %s', (text, expected) => {
  expect(value(text)).toEqual(expected)
})

test.each([
  ['it.list[0]', 1],
  ['it.list[1]', null],
  ['it.list[3]', null],
  ['it.list[-1]', null],
  ['it.list[0.5]', null],
  ['it.row["a"]', 1],
  ['it.row["a" + ""]', 1],
  ['it.missing', null],
  ['it.money.cents', 5],
  ['it.money.euros', 0.05],
  ['it.money.add', null],
  ['it.constructor', null],
  ['it.row.toString', null],
  ['it.row["__proto__"]', null],
  ['it.text.length', null],
  ['it.list.length', null],
  ['it.at.getTime', null],
  ['it.nothing.at.all', null],
])('reads what is there and nothing that JavaScript adds: %s', (text, expected) => {
  expect(value(text)).toBe(expected)
})

test('reads names of a scope that is an instance of a class', () => {
  const parsed = parseExpression('[1].map(x, x + cents)')
  if (!parsed.ok) return expect.unreachable()
  expect(interpret(parsed.expression, new Money() as never)).toEqual([6])
})

test.each([
  ['decimal("0.1") + decimal("0.2")', '0.3'],
  ['it.price * it.five', '62.5'],
  ['it.five * it.price', '62.5'],
  ['it.price - it.big', '-9007199254740980.5'],
  ['-it.price', '-12.5'],
  ['decimal("10") / 3', '3.33333333333333333333'],
  ['decimal("-7.5") % 2', '-1.5'],
  ['round(decimal("2.345"), 2)', '2.35'],
  ['round(decimal("1250"), -2)', '1300'],
  ['round(it.price)', '13'],
  ['floor(decimal("-2.1"))', '-3'],
  ['sum([it.price, 1, null])', '13.5'],
  ['avg([it.price, 0, null])', '6.25'],
  ['max([it.price, decimal("12.6"), 3])', '12.6'],
  ['decimal(0.1)', '0.1'],
  ['decimal("1e3")', '1000'],
])('calculates exactly with decimals: %s', (text, expected) => {
  expect(String(value(text))).toBe(expected)
  expect(value(text)).toBeInstanceOf(Decimal)
})

test.each([
  ['it.price == decimal("12.50")', true],
  ['it.price != decimal("12.50")', false],
  ['decimal("3") == 3', true],
  ['3 in [decimal("3.0")]', true],
  ['it.price > 12', true],
  ['it.price <= it.big', true],
  ['it.price < 12.6', null],
  ['it.price == 12.5', false],
  ['it.price + 0.5', null],
  ['it.price + "1"', null],
  ['it.price / 0', null],
  ['decimal("dear")', null],
  ['it.price.digits', null],
  ['it.no + it.price', null],
  ['"a" in it.price', null],
  ['int(it.price)', 12],
  ['int64(decimal("-12.9"))', -12n],
  ['int64(decimal("1e30"))', null],
  ['double(it.price)', 12.5],
  ['string(it.price)', '12.5'],
  ['size(it.price)', null],
])('compares and converts decimals: %s', (text, expected) => {
  expect(value(text)).toEqual(expected)
})
