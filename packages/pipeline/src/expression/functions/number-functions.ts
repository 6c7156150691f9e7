import { Decimal } from '@heddle/types/decimal'
import type { ValueType } from '../types/value-type.ts'
import { optionsOf, unionOf } from '../types/union-of.ts'
import { defineFunction } from './define.ts'

const whole = { kind: 'int' } as const
const number = { kind: 'number' } as const

const unknown = { kind: 'unknown' } as const

/** The type of a result that is a decimal of a decimal, and else of a kind of its own. */
const or =
  (otherwise: (of: ValueType) => ValueType) =>
  ([of = unknown]: readonly ValueType[]): ValueType =>
    unionOf(optionsOf(of).map((option) => (option.kind === 'decimal' ? option : otherwise(option))))

const asGiven = or(({ kind }) => (kind === 'int' ? whole : number))

/** Moves the decimal point of a number in its text, where multiplying would round. */
function shifted(value: number, digits: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  return Number(`${mantissa}e${Number(exponent) + digits}`)
}

const nearest = (value: number) => Math.sign(value) * Math.round(Math.abs(value))

/** Functions of numbers. */
export const numberFunctions = [
  defineFunction('abs', {
    summary: 'A number without its sign.',
    takes: ['number or decimal'],
    gives: asGiven,
    run: (of) => (typeof of === 'number' ? Math.abs(of) : of.absolute()),
    example: ['abs(-2.5)', 2.5],
  }),
  defineFunction('ceil', {
    summary: 'The next whole number above.',
    takes: ['number or decimal'],
    gives: or(() => whole),
    run: (of) => (typeof of === 'number' ? Math.ceil(of) : of.round(0, 'up')),
    example: ['ceil(2.1)', 3],
  }),
  defineFunction('floor', {
    summary: 'The next whole number below.',
    takes: ['number or decimal'],
    gives: or(() => whole),
    run: (of) => (typeof of === 'number' ? Math.floor(of) : of.round(0, 'down')),
    example: ['floor(-2.1)', -3],
  }),
  defineFunction('round', {
    summary: 'The nearest number of so many decimal digits, halves away from zero. Without digits, a whole number.',
    takes: ['number or decimal', 'number'],
    optional: 1,
    gives: (types) => or(() => (types.length === 1 ? whole : number))(types),
    refuses: ([, digits]) =>
      digits === undefined || isDigits(digits) ? undefined : 'the digits are a whole number from -15 to 15',
    mayFail: true,
    run: (of, digits = 0) => {
      if (typeof of !== 'number') return isDigits(digits) ? rounded(of, digits) : null
      return digits === 0 || !Number.isFinite(of) ? nearest(of) : roundedTo(of, digits)
    },
    example: ['round(1.005, 2)', 1.01],
  }),
  defineFunction('sqrt', {
    summary: 'The square root; null of a negative number.',
    takes: ['number'],
    gives: number,
    mayFail: true,
    run: (of) => (of < 0 ? null : Math.sqrt(of)),
    example: ['sqrt(9)', 3],
  }),
]

const isDigits = (digits: unknown) => Number.isInteger(digits) && Math.abs(digits as number) <= 15

/** Before the point, too: of so many zeros. */
function rounded(value: Decimal, digits: number): Decimal | null {
  if (digits >= 0) return value.round(digits)
  const unit = Decimal.of(10 ** -digits)
  return value.dividedBy(unit)?.round().times(unit) ?? null
}

/** Doubles have no more than seventeen digits that mean something. */
function roundedTo(value: number, digits: number): number | null {
  if (!isDigits(digits)) return null
  const rounded = shifted(nearest(shifted(value, digits)), -digits)
  return Number.isNaN(rounded) ? value : rounded
}
