import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aside, partLate, randomEvents } from '../../fixtures/random-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { record, type StreamEvent, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { type Found, isGap, type PatternElement, type PatternOptions } from './pattern-options.ts'
import { patternOperator } from './pattern.ts'

const is = (letter: string) => (value: unknown) => (value as string).startsWith(letter)
const one = (letter: string, others: Partial<PatternElement> = {}) => ({
  name: letter,
  condition: is(letter),
  ...others,
})
const not = (letter: string) => ({ not: is(letter) })

const pattern =
  (sequence: PatternOptions['sequence'], others: Partial<PatternOptions> = {}) =>
  () =>
    patternOperator({ sequence, withinMs: 10, ...others })

/** Records of these texts, one each millisecond, and a watermark far behind them. */
const texts = (text: string): readonly StreamEvent[] => [
  ...text.split(' ').flatMap((value, time) => (value === '-' ? [] : [record(value, time)])),
  watermark(1000),
]

const cases = [
  ['follows another with others between', [one('a'), one('b')], {}, 'a1 x b1 b2', [[{ a: 'a1', b: 'b1' }, 2]]],
  [
    'directly follows another',
    [one('a'), one('b')],
    { contiguity: 'strict' },
    'a1 x b1 a2 b2',
    [[{ a: 'a2', b: 'b2' }, 4]],
  ],
  [
    'comes so many times in a row',
    [one('a', { min: 3 })],
    { contiguity: 'strict' },
    'a1 a2 x a3 a4 a5 a6',
    [[{ a: ['a3', 'a4', 'a5'] }, 5]],
  ],
  [
    'comes so many times, each beginning counted',
    [one('a', { min: 2 })],
    { skip: 'next' },
    'a1 a2 x a3',
    [
      [{ a: ['a1', 'a2'] }, 1],
      [{ a: ['a2', 'a3'] }, 3],
    ],
  ],
  [
    'comes once or more before another',
    [one('a', { min: 1, max: Infinity }), one('b')],
    {},
    'a1 a2 x a3 b1',
    [[{ a: ['a1', 'a2', 'a3'], b: 'b1' }, 4]],
  ],
  [
    'comes at most so many times',
    [one('a', { min: 1, max: 2 }), one('b')],
    { contiguity: 'strict' },
    'a1 a2 a3 b1',
    [[{ a: ['a2', 'a3'], b: 'b1' }, 3]],
  ],
  [
    'may be missing',
    [one('a'), one('o', { optional: true }), one('b')],
    { skip: 'next' },
    'a1 b1 a2 o1 b2',
    [
      [{ a: 'a1', o: null, b: 'b1' }, 1],
      [{ a: 'a2', o: 'o1', b: 'b2' }, 4],
    ],
  ],
  [
    'may be missing at the beginning',
    [one('o', { optional: true }), one('a')],
    {},
    'a1 o1 a2',
    [
      [{ o: null, a: 'a1' }, 0],
      [{ o: 'o1', a: 'a2' }, 2],
    ],
  ],
  [
    'stands without another between',
    [one('a'), not('c'), one('b')],
    {},
    'a1 c1 b1 a2 x b2',
    [[{ a: 'a2', b: 'b2' }, 5]],
  ],
  [
    'goes on after what is forbidden only behind it',
    [one('a', { min: 1, max: Infinity }), not('c'), one('b')],
    {},
    'a1 c1 a2 b1',
    [[{ a: ['a1', 'a2'], b: 'b1' }, 3]],
  ],
  [
    'is not followed by another until the time is over',
    [one('a'), not('b')],
    {},
    'a1 - - - - a2 - b1 - - - - a3',
    [[{ a: 'a3' }, 22]],
  ],
  [
    'is over in time',
    [one('a'), one('b')],
    {},
    'a1 - - - - - - - - - b1 a2 - - - - - - - - - - b2',
    [[{ a: 'a1', b: 'b1' }, 10]],
  ],
  [
    'begins anew behind a find',
    [one('a'), one('b')],
    { skip: 'past' },
    'a1 a2 b1 b2 a3 b3',
    [
      [{ a: 'a1', b: 'b1' }, 2],
      [{ a: 'a3', b: 'b3' }, 5],
    ],
  ],
  [
    'begins with each record',
    [one('a'), one('b')],
    { skip: 'next' },
    'a1 a2 b1 b2',
    [
      [{ a: 'a1', b: 'b1' }, 2],
      [{ a: 'a2', b: 'b1' }, 2],
    ],
  ],
] as const

describe.each(cases)('a record that %s', (_name, sequence, others, text, expected) => {
  testOperator(pattern(sequence, others), [
    { name: 'is found', events: texts(text), expected: expected.map(([found, time]) => record(found, time)) },
    {
      name: 'is found out of order',
      events: shuffled(texts(text)),
      expected: expected.map(([found, time]) => record(found, time)),
    },
  ])
})

testOperator(pattern([one('a'), one('b')], { by: (value) => (value as string)[1]! }), [
  {
    name: 'looks at each key by itself, and tells aside what is late',
    events: [record('a1', 0), record('b2', 1), watermark(4), record('b1', 4), record('b1', 5), watermark(9)],
    expected: [record('b1', 4, { side: 'late' }), record({ a: 'a1', b: 'b1' }, 5)],
    late: 1,
  },
])

/** All records before the watermark, backwards. */
function shuffled(events: readonly StreamEvent[]): readonly StreamEvent[] {
  return [...events.slice(0, -1).toReversed(), events.at(-1)!]
}

const element = fc.record({
  letter: fc.constantFrom('a', 'b', 'c'),
  bounds: fc.constantFrom([1, 1], [2, 2], [1, 2], [1, Infinity], [2, Infinity]),
  optional: fc.boolean(),
  gap: fc.option(fc.constantFrom('b', 'c', 'd'), { nil: undefined }),
})

const sequences = fc
  .tuple(
    fc.array(element, { minLength: 1, maxLength: 3 }),
    fc.option(fc.constantFrom('b', 'c', 'd'), { nil: undefined }),
  )
  .map(([elements, last]) => [
    ...elements.flatMap(({ letter, bounds: [min, max], optional, gap }, index) => [
      ...(gap === undefined || index === 0 ? [] : [not(gap)]),
      { name: `${letter}${index}`, condition: is(letter), min, max, optional: optional && index > 0 },
    ]),
    ...(last === undefined ? [] : [not(last)]),
  ])

test('equals a search through all ways to take the sorted records', () => {
  const options = fc.record({
    sequence: sequences,
    contiguity: fc.constantFrom('strict' as const, 'relaxed' as const),
    skip: fc.constantFrom('past' as const, 'next' as const),
    withinMs: fc.integer({ min: 1, max: 12 }),
  })
  const events = randomEvents({ value: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'd'), length: 10, early: 4 })
  fc.assert(
    fc.property(options, events, (given, random) => {
      const named = random.map((event, index) =>
        'value' in event ? { ...event, value: `${event.value}${index}` } : event,
      )
      const { onTime, late } = partLate(named)
      const found = runOperator(() => patternOperator(given), named, { rebuild: 'everywhere' })
      expect(found.filter(({ side }) => side === undefined)).toEqual(reference(given, onTime))
      expect(found.filter(({ side }) => side === 'late')).toEqual(aside(late))
    }),
    { numRuns: 1000 },
  )
})

/** Each beginning, each end, each way between them, in the order of preference; no state, no watermark. */
function reference({ sequence, contiguity, skip, withinMs }: PatternOptions, events: readonly StreamEvent[]) {
  const records = events
    .filter((event) => 'value' in event)
    .map(({ value, time }) => ({ value: value as string, time }))
    .toSorted((left, right) => left.time - right.time)
  const waits = isGap(sequence.at(-1)!)
  const search = new Search(sequence, contiguity === 'strict')

  const finds = records.flatMap((start, from) => {
    const until = records.findLastIndex(({ time }) => time <= start.time + withinMs)
    for (let end = waits ? until : from; end <= until; end += 1) {
      const taken = search.from(records.slice(from, end + 1).map(({ value }) => value))
      if (taken === undefined) continue
      const time = waits ? start.time + withinMs : records[end]!.time
      return [{ from, end, last: from + taken.at(-1)!.index, time, value: search.found(taken) }]
    }
    return []
  })
  const inOrder = finds.toSorted(
    (left, right) => left.time - right.time || left.end - right.end || left.from - right.from,
  )
  let past = -1
  return inOrder.flatMap(({ from, last, time, value }) => {
    if (skip === 'past' && from <= past) return []
    past = Math.max(past, last)
    return [record(value, time)]
  })
}

interface Taken {
  readonly name: string
  readonly index: number
  readonly value: string
}

/** Tries one way after the other, with nothing kept between them. */
class Search {
  readonly #elements: readonly Required<PatternElement>[]
  readonly #gaps: ReadonlyMap<number, readonly ((value: string) => boolean)[]>
  readonly #isStrict: boolean
  #records: readonly string[] = []

  constructor(sequence: PatternOptions['sequence'], isStrict: boolean) {
    this.#elements = sequence.filter((part) => !isGap(part)).map((part) => part as Required<PatternElement>)
    const gaps = new Map<number, ((value: string) => boolean)[]>()
    let before = 0
    for (const part of sequence) {
      if (isGap(part)) gaps.set(before, [...(gaps.get(before) ?? []), (value) => part.not(value, 0, undefined)])
      else before += 1
    }
    this.#gaps = gaps
    this.#isStrict = isStrict
  }

  /** The preferred way from the first record to the last, all of them looked at. */
  from(records: readonly string[]): readonly Taken[] | undefined {
    this.#records = records
    for (const [at, { optional }] of this.#elements.entries()) {
      const way = this.#take(0, at, 0, [])
      if (way !== undefined || !optional) return way
    }
    return undefined
  }

  found(taken: readonly Taken[]): Found {
    return Object.fromEntries(
      this.#elements.map(({ name, max }) => {
        const values = taken.filter((one) => one.name === name).map(({ value }) => value)
        if (values.length === 0) return [name, null]
        return [name, max === 1 ? values[0] : values]
      }),
    )
  }

  #take(index: number, at: number, count: number, taken: readonly Taken[]): readonly Taken[] | undefined {
    const { name, min, max, condition } = this.#elements[at]!
    const value = this.#records[index]!
    if (count >= max || !condition(value, 0, undefined)) return undefined
    const all = [...taken, { name, index, value }]
    if (count + 1 < max) {
      const way = this.#goOn(index + 1, at, count + 1, at, all)
      if (way !== undefined) return way
    }
    if (count + 1 < min) return undefined
    for (let to = at + 1; to <= this.#elements.length; to += 1) {
      const way = this.#goOn(index + 1, to, 0, at, all)
      if (way !== undefined) return way
      if (to === this.#elements.length || !this.#elements[to]!.optional) break
    }
    return undefined
  }

  #goOn(index: number, at: number, count: number, from: number, taken: readonly Taken[]): readonly Taken[] | undefined {
    const forbids = (value: string) =>
      [...this.#gaps].some(([place, gaps]) => place > from && place <= at && gaps.some((gap) => gap(value)))
    if (at === this.#elements.length) {
      const rest = this.#records.slice(index)
      const watches = this.#gaps.has(at)
      return (watches ? !rest.some(forbids) : rest.length === 0) ? taken : undefined
    }
    if (index === this.#records.length) return undefined
    const way = this.#take(index, at, count, taken)
    if (way !== undefined) return way
    if (this.#isStrict || forbids(this.#records[index]!)) return undefined
    return this.#goOn(index + 1, at, count, from, taken)
  }
}
