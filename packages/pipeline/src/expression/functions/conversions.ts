import { parseDuration } from '@heddle/core'
import { Decimal } from '@heddle/types/decimal'
import { z } from 'zod'
import { dateAt, int64 } from '../run/numbers.ts'
import { defineFunction } from './define.ts'

const wholeText = /^[+-]?\d+$/
const numberText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const durationText = /^-?(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/
const rfc3339 = z.union([z.iso.datetime({ offset: true }), z.iso.date()])

/** The number that a double holds exactly, or null. */
const exact = (value: number): number | null => (Number.isSafeInteger(value) ? value + 0 : null)

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

const isTime = (text: string) => rfc3339.safeParse(text).success

/** Milliseconds of a text such as `1h30m`. */
function durationOf(text: string): number | null {
  if (!durationText.test(text)) return null
  const parts = text.match(/[\d.]+[a-z]+/g) ?? []
  const sum = parts.reduce((ms, part) => ms + parseDuration(part), 0)
  return text.startsWith('-') ? -sum : sum
}

/** Functions that make a value of one kind from another; null where the value cannot be read as one. */
export const conversions = [
  defineFunction('int', {
    summary: 'A whole number: of a number without its fraction, of a text, of a time in milliseconds.',
    takes: ['number, int64, decimal, string or time'],
    gives: { kind: 'int' },
    mayFail: true,
    run: (of) => {
      if (typeof of === 'string') return wholeText.test(of) ? exact(Number(of)) : null
      return exact(Math.trunc(Number(of)))
    },
    example: ['int("42")', 42],
  }),
  defineFunction('double', {
    summary: 'A number: of a text, of an int64, the nearest one of a decimal.',
    takes: ['number, int64, decimal, string or time'],
    gives: { kind: 'number' },
    mayFail: true,
    run: (of) => (typeof of === 'string' && !numberText.test(of) ? null : finite(Number(of))),
    example: ['double("1.5e3")', 1500],
  }),
  defineFunction('int64', {
    summary: 'A whole number of 64 bits, exact; of a decimal without its fraction.',
    takes: ['number, int64, decimal, string or time'],
    gives: { kind: 'int64' },
    mayFail: true,
    run: (of) => {
      if (typeof of === 'bigint') return of
      if (of instanceof Decimal) return int64(BigInt(of.truncate().toString()))
      if (typeof of === 'string') return wholeText.test(of) ? int64(BigInt(of.replace(/^\+/, ''))) : null
      const number = Number(of)
      return Number.isSafeInteger(number) ? BigInt(number) : null
    },
    example: ['int64("9007199254740993")', 9_007_199_254_740_993n],
  }),
  defineFunction('decimal', {
    summary: 'An exact decimal number, as of money: of a text, of a number as it is printed.',
    takes: ['number, int64, decimal or string'],
    gives: { kind: 'decimal' },
    mayFail: true,
    refuses: ([of]) =>
      typeof of === 'string' && !Decimal.read(of)
        ? `${JSON.stringify(of)} is no decimal number: one is written like 12.50`
        : undefined,
    run: (of) => {
      if (of instanceof Decimal) return of
      if (typeof of === 'string') return Decimal.read(of) ?? null
      return Number.isFinite(Number(of)) ? Decimal.of(of) : null
    },
    example: ['decimal("0.1") + decimal("0.2") == decimal("0.30")', true],
  }),
  defineFunction('string', {
    summary: 'A text: of a time in RFC 3339, of a decimal without zeros that say nothing.',
    takes: ['boolean, number, int64, decimal, string or time'],
    gives: { kind: 'string' },
    run: (of) => (of instanceof Date ? (dateAt(of.getTime())?.toISOString() ?? null) : String(of)),
    example: ['string(1.5)', '1.5'],
  }),
  defineFunction('bool', {
    summary: 'True of "true", false of "false".',
    takes: ['boolean or string'],
    gives: { kind: 'boolean' },
    mayFail: true,
    run: (of) => (typeof of === 'boolean' ? of : of === 'true' ? true : of === 'false' ? false : null),
    example: ['bool("true")', true],
  }),
  defineFunction('timestamp', {
    summary: 'A time: of a text in RFC 3339 or of a date, of milliseconds since 1970.',
    takes: ['number, string or time'],
    gives: { kind: 'time' },
    mayFail: true,
    refuses: ([of]) =>
      typeof of === 'string' && !isTime(of) ? `${JSON.stringify(of)} is no time in RFC 3339` : undefined,
    run: (of) =>
      of instanceof Date ? of : typeof of === 'number' ? dateAt(of) : isTime(of) ? dateAt(Date.parse(of)) : null,
    example: ['timestamp("2026-11-21T12:00:00Z") < timestamp("2026-11-22")', true],
  }),
  defineFunction('duration', {
    summary: 'A length of time: of a text such as 250ms, 2s, 1h30m or 7d.',
    takes: ['number or string'],
    gives: { kind: 'duration' },
    mayFail: true,
    refuses: ([of]) =>
      typeof of === 'string' && durationOf(of) === null
        ? `${JSON.stringify(of)} is no duration: one is written like 250ms, 2s, 1h30m or 7d`
        : undefined,
    run: (of) => (typeof of === 'number' ? of : durationOf(of)),
    example: ['duration("1h30m") == duration("90m")', true],
  }),
]
