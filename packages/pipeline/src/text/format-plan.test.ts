import { expect, test } from 'vitest'
import type { Plan } from '../plan/plan.ts'
import { formatPlan } from './format-plan.ts'
import { parsePlan } from './parse-plan.ts'

function parsed(text: string) {
  const result = parsePlan(text)
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'))
  return result
}
const edited = (text: string, edit: (plan: Plan) => Plan) => {
  const { plan, source } = parsed(text)
  return formatPlan(edit(plan), source)
}

const text = `# What it is for.
heddle: 1
pipeline: demo.Run   # three spaces

steps:
  # The first.
  - id: one
    map: 'it + 1'
  # The second.
  - { id: two, map: it * 2 } # in one line
`

test('an unchanged plan is the same text, whatever its layout', () => {
  expect(edited(text, (plan) => structuredClone(plan))).toBe(text)
})

test('a changed setting is written in its place, and comments stay', () => {
  const written = edited(text, (plan) => ({
    ...plan,
    summary: 'New',
    steps: [{ id: 'one', map: 'it + 5' }, plan.steps[1]!],
  }))
  expect(written).toContain("map: 'it + 5'")
  expect(written).toContain('# The first.')
  expect(written).toContain('- { id: two, map: it * 2 } # in one line')
  expect(written.trimEnd().endsWith('summary: New')).toBe(true)
})

test('a comment moves with its step', () => {
  const written = edited(text, ({ steps: [one, two], ...plan }) => ({ ...plan, steps: [two!, one!] }))
  expect(parsed(written).plan.steps.map(({ id }) => id)).toEqual(['two', 'one'])
  expect(written.indexOf('# in one line')).toBeLessThan(written.indexOf('id: one'))
})

test('a removed step takes its comment along, and the others keep theirs', () => {
  const written = edited(text, (plan) => ({ ...plan, steps: [plan.steps[0]!] }))
  expect(written).toContain('# The first.')
  expect(written).not.toContain('in one line')
})

test('a reference stays one until what it stands for differs', () => {
  const aliased = `heddle: 1
pipeline: demo.Run
steps:
  - id: one
    call: a.B
    retry: &often { attempts: 5 }
  - id: two
    call: a.B
    retry: *often
`
  expect(edited(aliased, (plan) => structuredClone(plan))).toBe(aliased)
  const written = edited(aliased, ({ steps: [one, two], ...plan }) => ({
    ...plan,
    steps: [one!, { ...two!, retry: { attempts: 2 } }],
  }))
  expect(written).not.toContain('*often')
  expect(parsed(written).plan.steps[1]!.retry).toEqual({ attempts: 2 })
})

test('JSON stays JSON', () => {
  const json = '{"heddle":1,"pipeline":"demo.Run","steps":[{"id":"a","map":"it"}]}'
  expect(edited(json, (plan) => structuredClone(plan))).toBe(json)
  const written = edited(json, (plan) => ({ ...plan, summary: 'New' }))
  expect(JSON.parse(written)).toMatchObject({ summary: 'New' })
})

test('a text that unfolds without end is refused', () => {
  const lines = Array.from({ length: 9 }, (_, index) => `x${index}: &x${index} [${`*x${index - 1},`.repeat(9)}]`)
  const bomb = ['heddle: 1', 'pipeline: demo.Run', 'description: &x [a]', ...lines].join('\n').replaceAll('*x-1', '*x')
  const result = parsePlan(bomb)
  expect(result.ok || result.errors[0]!.message).toContain('alias')
})

test.each([
  [
    'lists that stand under their name',
    'heddle: 1\npipeline: demo.Run\nsteps:\n- id: a\n  map: it\n- id: b\n  map: it\n',
  ],
  ['four spaces', 'heddle: 1\npipeline: demo.Run\nsteps:\n    - id: a\n      map: it\n    - id: b\n      map: it\n'],
  [
    'long lines',
    `heddle: 1\npipeline: demo.Run\nsteps:\n  - id: a\n    map: it\n  - id: b\n    map: it + ${'1 + '.repeat(60)}1\n`,
  ],
])('an edit keeps the layout of the other lines: %s', (_what, given) => {
  const written = edited(given, (plan) => ({ ...plan, steps: [{ id: 'a', map: 'it * 2' }, plan.steps[1]!] }))
  expect(written).toBe(given.replace('map: it\n', 'map: it * 2\n'))
})
