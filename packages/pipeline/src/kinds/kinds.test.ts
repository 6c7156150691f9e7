import { expect, test } from 'vitest'
import type { Step } from '../plan/plan.ts'
import { stepFields } from '../plan/step-fields.ts'
import { parsePlan } from '../text/parse-plan.ts'
import { readStep } from '../validate/read-config.ts'
import { exampleOf } from './kind-of.ts'
import { stepKinds } from './kinds.ts'

const kinds = [...stepKinds.values()]
const examples = kinds.flatMap((kind) => kind.examples.map((example) => [kind.name, exampleOf(kind, example)] as const))

test.each(examples)('the example of %s is a sound step: %j', (name, example) => {
  const step = { id: 'a', ...example } as Step
  expect(readStep(step)?.kind.name).toBe(name)
  const plan = { heddle: 1, pipeline: 'demo.Run', steps: [step] }
  const parsed = parsePlan(JSON.stringify(plan))
  expect(parsed.ok || parsed.errors).toBe(true)
})

test('each kind says what it does, where it can stand, and shows how it is written', () => {
  for (const { name, summary, modes, examples: shown } of kinds) {
    expect({ name, isWhole: summary.length > 0 && modes.length > 0 && shown.length > 0 }).toEqual({
      name,
      isWhole: true,
    })
  }
})

test('no kind has the name of a field that every step may have', () => {
  expect(kinds.filter(({ name }) => stepFields.has(name))).toEqual([])
})

test('a bare value stands for the main setting of its kind', () => {
  const read = (step: object) => readStep({ id: 'a', ...step } as Step)?.config
  expect(read({ call: 'a.B' })).toEqual(read({ call: { command: 'a.B' } }))
  expect(read({ wait: '2d' })).toEqual(read({ wait: { for: '2d' } }))
  expect(read({ emit: 'a.B' })).toEqual(read({ emit: { event: 'a.B' } }))
  expect(read({ pipeline: 'a.B' })).toEqual(read({ pipeline: { name: 'a.B' } }))
})
