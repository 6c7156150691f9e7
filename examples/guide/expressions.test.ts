import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { condition, look, read } from './expressions.ts'

const flight = {
  id: 'UA1',
  delay: 20,
  distance: null,
  status: 'late',
  stops: [
    { code: 'ATL', minutes: 30 },
    { code: 'ORD', minutes: 45 },
  ],
} as const

test('expressions have types, which follow from what they read', () => {
  const typeOf = (text: string) => {
    const known = read(text)
    return 'type' in known ? known.type : known.mistakes
  }
  expect(typeOf('it.delay / 60')).toBe('number')
  expect(typeOf('it.distance * 1.6')).toBe('number or null')
  expect(typeOf('sum(it.stops.map(s, s.minutes))')).toBe('whole number or null')
})

test('mistakes are told all at once, with their places and what was meant', () => {
  expect(read('it.delai > 15 && it.status == "lat"')).toEqual({
    mistakes: [
      '4: There is no field "delai"; did you mean delay?',
      '18: "open" or "late" or "gone" is never "lat"; did you mean "late"?',
    ],
  })
  expect(read('it.delay >')).toEqual({ mistakes: ['11: The expression ends too early'] })
})

test('a condition holds where it is true, and not where it is unknown', () => {
  expect(
    condition('it.delay > 15 && it.stops.exists(s, s.code == "ORD")')({ ...flight, stops: [...flight.stops] }),
  ).toBe(true)
  expect(condition('it.distance > 100')({ ...flight, stops: [...flight.stops] })).toBe(false)
  expect(condition('!(it.distance > 100)')({ ...flight, stops: [...flight.stops] })).toBe(false)
  expect(condition('it.distance == null')({ ...flight, stops: [...flight.stops] })).toBe(true)
})

test('an expression knows what it reads, and has one way of being written', () => {
  expect(look("it.stops.map(s,s['minutes'])", { it: flight })).toEqual({
    value: [30, 45],
    text: 'it.stops.map(s, s.minutes)',
    reads: ['it.stops.#.minutes'],
  })
})

/** The rows of the table below a heading of the page, by their cells. */
function rowsBelow(heading: string): string[][] {
  const page = readFileSync(new URL('../../docs/expressions.md', import.meta.url), 'utf8')
  const part = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = part
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  )
}

const code = (cell: string): string => /^`(.*)`$/.exec(cell)?.[1] ?? expect.unreachable(`${cell} is no code`)

test.each(['Where it differs from CEL', 'Null'])('what the table "%s" says is so', (heading) => {
  const rows = rowsBelow(heading)
  expect(rows.length).toBeGreaterThan(5)
  for (const [text = '', value = ''] of rows) {
    expect([text, look(code(text)).value]).toEqual([text, look(code(value)).value])
  }
})
