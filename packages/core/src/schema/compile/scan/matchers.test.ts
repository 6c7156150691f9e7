import { expect, test } from 'vitest'
import { Random } from '../../../../fixtures/compile/random.ts'
import { z } from 'zod'
import { type Matcher, matcherFor } from './matchers.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)

const { regexes } = z.core

/** Zod's expressions that have a faster form. */
const pairs = [
  regexes.email,
  regexes.guid,
  regexes.uuid(),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map(regexes.uuid),
  regexes.date,
  ...[undefined, null, -1, 0, 1, 3, 6].flatMap((precision) =>
    [false, true].flatMap((offset) => [false, true].map((local) => regexes.datetime({ precision, offset, local }))),
  ),
].map((pattern): [RegExp, Matcher] => [pattern, matcherFor(pattern)!])

const valid = [
  '123e4567-e89b-12d3-a456-426614174000',
  '018f3c1e-7b2a-7c3d-8e4f-5a6b7c8d9e0f',
  'ABCDEF01-2345-4789-ABCD-EF0123456789',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'ann@example.com',
  "o'neil.x+tag_1-2@sub-domain.example9.org",
  'a.b.c.d@1.2.3.co',
  '2024-02-29',
  '1900-02-28',
  '2000-02-29',
  '2023-11-30',
  '2024-02-29T12:34:56Z',
  '2024-12-31T23:59:59.999Z',
  '2024-12-31T00:00:00.123456+14:00',
  '2024-12-31T00:00:00.1-23:59',
  '2024-12-31T00:00',
  '2024-12-31T00:00Z',
  '2024-12-31T00:00+01:00',
  '2024-12-31T00:00:01',
]

// What a scanner could mistake: neighbours of the digits and letters in the code table, other scripts' digits, line ends
// that `$` could forgive, halves of surrogate pairs, and characters whose low seven bits are a digit's.
const odd = [
  ...'/:;@[`{GgZzTt.-+_\'"+ \n\r\t\0',
  '',
  '\u2028',
  '０',
  '٣',
  'é',
  'ⓐ',
  '\ud83d',
  '\ude00',
  '😀',
  '\u00b1',
  '\u0131',
  '\u0430',
  'K',
]
const common = [...'0123456789abcdefABCDEF', ...'89aAbB', ...'.-@T:Z+']

function mutate(text: string, random: Random): string {
  const at = random.below(text.length + 1)
  const with_ = random.pick(random.chance(0.5) ? odd : common)
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + with_ + text.slice(at)
    case 1:
      return text.slice(0, at) + text.slice(at + 1)
    case 2:
      return text.slice(0, at) + text.slice(at, at + 1).repeat(2 + random.below(3)) + text.slice(at + 1)
    case 3:
      return text + random.pick(valid)
    case 4:
      return text.slice(0, at) + text.slice(random.below(text.length + 1))
    default:
      return text.slice(0, at) + with_ + text.slice(at + 1)
  }
}

test(`faster matchers agree with Zod's expressions on valid texts and their neighbours (seed ${seed})`, () => {
  const random = new Random(seed)
  let accepted = 0
  for (let round = 0; round < 60_000; round++) {
    let text = random.pick(valid)
    for (let changes = random.below(4); changes > 0; changes--) text = mutate(text, random)
    for (const [pattern, scan] of pairs) {
      const expected = pattern.test(text)
      if (expected) accepted++
      if (scan.test(text) !== expected)
        expect.unreachable(`${JSON.stringify(text)} is ${expected ? '' : 'not '}${pattern}`)
    }
  }
  expect(accepted).toBeGreaterThan(10_000)
})

test('faster matchers agree on every month, day and leap year', () => {
  const [date, dateTime] = ['2024-01-01', '2024-01-01T00:00:00Z'].map((text) =>
    pairs.find(([pattern]) => pattern.test(text))!,
  )
  const pad = (number: number, width = 2) => String(number).padStart(width, '0')
  for (const year of [0, 1, 4, 96, 100, 400, 1600, 1700, 1899, 1900, 1904, 2000, 2023, 2024, 2100, 2400, 9996, 9999]) {
    for (let month = 0; month <= 13; month++) {
      for (let day = 0; day <= 32; day++) {
        const text = `${pad(year, 4)}-${pad(month)}-${pad(day)}`
        expect(date![1].test(text), text).toBe(date![0].test(text))
        expect(dateTime![1].test(`${text}T00:00:00Z`), text).toBe(dateTime![0].test(`${text}T00:00:00Z`))
      }
    }
  }
})

test('faster matchers agree on every character at every place', () => {
  for (const [pattern, scan] of pairs) {
    for (const text of valid) {
      for (let at = 0; at < text.length; at++) {
        for (let code = 0; code < 200; code++) {
          const near = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)
          if (scan.test(near) !== pattern.test(near)) expect.unreachable(`${JSON.stringify(near)} and ${pattern}`)
        }
      }
    }
  }
})

test('faster matchers agree on very long texts', () => {
  const long = ['a'.repeat(100_000), 'a.'.repeat(50_000), "'".repeat(1_000)].flatMap((text) => [
    text,
    `${text}@example.com`,
    `a@${text}.com`,
    `a@${text}`,
    `2024-01-01T00:00:00.${'1'.repeat(50_000)}Z`,
    text.slice(0, 36),
  ])
  for (const [pattern, scan] of pairs) for (const text of long) expect(scan.test(text)).toBe(pattern.test(text))
})

test('an expression that only looks like one of Zod has no faster form', () => {
  expect(matcherFor(/^a$/)).toBeUndefined()
  for (const [pattern] of pairs) {
    expect(matcherFor(new RegExp(pattern.source))).toBeDefined()
    expect(matcherFor(new RegExp(pattern.source, 'i'))).toBeUndefined()
  }
})
