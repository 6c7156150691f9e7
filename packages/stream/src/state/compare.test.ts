import { expect, test } from 'vitest'
import { z } from 'zod'
import { operator } from '../operator/operator.ts'
import { list, map, timer, value } from './cells.ts'
import type { CellShapes } from './cells.ts'
import { compareState, stateSection, type StateSection } from './compare.ts'

const section = (state: CellShapes, { kind = 'window', shape = { size: 1 } as object, key = {} } = {}): StateSection =>
  stateSection(operator({ kind, shape: shape as { size: number }, state, onRecord: () => undefined }), key)!

const sums = { open: map(z.object({ n: z.int() })), all: list(z.string()), last: value(z.number()), end: timer() }
const verdictOf = (before: StateSection, after: StateSection, migration?: string) => {
  const migrations: Record<string, string> = migration === undefined ? {} : { step: migration }
  const [verdict, ...others] = compareState({ step: before }, { step: after }, { migrations })
  expect(others).toEqual([])
  return verdict!
}

test('a step without state has no section, and one says its kind, settings, key and cells', () => {
  expect(stateSection(operator({ kind: 'filter', onRecord: () => undefined }))).toBeUndefined()
  expect(section({ last: value(z.int()), end: timer() }, { key: { type: 'string' } })).toEqual({
    kind: 'window',
    shape: { size: 1 },
    key: { type: 'string' },
    cells: { last: { cell: 'value', schema: expect.objectContaining({ type: 'integer' }) }, end: { cell: 'timer' } },
  })
})

test('what is the same is kept, and so is what is read by a wider type', () => {
  expect(verdictOf(section(sums), section(sums))).toEqual({
    step: 'step',
    verdict: 'keep',
    reasons: ['What is kept fits.'],
  })
  expect(verdictOf(section(sums), section({ ...sums, open: map(z.object({ n: z.number() })) })).verdict).toBe('keep')
})

test('a cell that is no more is removed, and the others are kept', () => {
  const { all: _, ...less } = sums
  expect(verdictOf(section(sums), section(less))).toEqual({
    step: 'step',
    verdict: 'keep',
    reasons: ['What is kept fits.', 'The cell "all" is not needed any more, and what it holds is removed.'],
  })
})

test.each([
  ['another kind', sums, { kind: 'dedupe' }, 'The step is a dedupe now; it was a window.'],
  ['other settings', sums, { shape: { size: 2 } }, 'Settings that shape its state changed: size 1ms → 2ms.'],
  [
    'other settings, and what comes of them in its cells',
    { ...sums, last: value(z.int()) },
    { shape: { size: 2 } },
    'Settings that shape its state changed: size 1ms → 2ms.',
  ],
  ['another key', sums, { key: { type: 'string' } }, /^The type of the keys changed: /],
  [
    'a new cell',
    { ...sums, more: value(z.any()) },
    {},
    'The cell "more" is new, and would know nothing of the records so far.',
  ],
  ['a cell of another kind', { ...sums, all: map(z.string()) }, {}, 'The cell "all" is a map now; it was a list.'],
  [
    'a narrower type',
    { ...sums, last: value(z.int()) },
    {},
    /^The type of the cell "last" changed: type number → integer/,
  ],
  ['a field more', { ...sums, open: map(z.object({ n: z.int(), m: z.int() })) }, {}, /cell "open" changed: m: field/],
] as const)('%s has it built anew, or migrated where a migration is named', (_, cells, traits, reason) => {
  const verdict = verdictOf(section(sums), section(cells, traits))
  expect(verdict.verdict).toBe('rebuild')
  expect(
    verdict.reasons.some((text) => (typeof reason === 'string' ? text === reason : reason.test(text))),
    verdict.reasons.join(),
  ).toBe(true)
  expect(verdictOf(section(sums), section(cells, traits), 'flights.WidenDelays')).toMatchObject({
    verdict: 'migrate',
    migration: 'flights.WidenDelays',
    reasons: verdict.reasons,
  })
})

test('new steps begin, those that are gone are dropped, and renamed ones keep what they have', () => {
  const before = { a: section(sums), b: section(sums), c: section(sums) }
  const after = { b: section(sums), new: section(sums), a2: section(sums) }
  const verdicts = compareState(before, after, { renamed: { a2: 'a', b: 'c' } })
  expect(verdicts.map(({ step, verdict, renamedFrom }) => [step, verdict, renamedFrom])).toEqual([
    ['b', 'keep', undefined],
    ['new', 'begin', undefined],
    ['a2', 'keep', 'a'],
    ['c', 'drop', undefined],
  ])
})

test('a step that has another name, and is the same in all else, is known again', () => {
  const of = (reads: string[], state: CellShapes = sums) => ({ ...section(state), reads })
  const told = (before: Record<string, StateSection>, after: Record<string, StateSection>) =>
    compareState(before, after).map(({ step, verdict, renamedFrom }) => [step, verdict, renamedFrom])
  expect(told({ hourly: of(['in']), b: of(['in']) }, { b: of(['in']), hh: of(['in']) })).toEqual([
    ['b', 'keep', undefined],
    ['hh', 'keep', 'hourly'],
  ])
  const isNot = [
    ['hh', 'begin', undefined],
    ['hourly', 'drop', undefined],
  ]
  // What reads another step, or has other state, may be another one.
  expect(told({ hourly: of(['in']) }, { hh: of(['late']) })).toEqual(isNot)
  expect(told({ hourly: of(['in']) }, { hh: of(['in'], { ...sums, more: value(z.int()) }) })).toEqual(isNot)
  // Where two fit, neither is it for sure.
  expect(told({ hourly: of(['in']) }, { hh: of(['in']), h2: of(['in']) })).toEqual([
    ['hh', 'begin', undefined],
    ['h2', 'begin', undefined],
    ['hourly', 'drop', undefined],
  ])
  const [, drop] = compareState({ hourly: of(['in']) }, { hh: of(['late']) })
  expect(drop!.reasons).toEqual([
    'No step of the plan has this state any more: what is open in it, e.g. a window, is not told.',
    "Where the step only has another name, say so with `renamed` of the job: { hh: 'hourly' }.",
  ])
})
