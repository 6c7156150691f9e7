import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editPlan } from '../../fixtures/handling/edit-plan.ts'
import { chosen, randomPlan } from '../../fixtures/handling/random-plan.ts'
import { planHash } from '../plan/hash.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { diffPlans } from './diff-plans.ts'
import { formatDiff } from './format-diff.ts'

const planOf = (steps: readonly Step[], more: Partial<Plan> = {}): Plan => ({
  heddle: 1,
  pipeline: 'flights.Delays',
  ...more,
  steps,
})
const parse: Step = { id: 'parse', call: 'flights.Parse', retry: { attempts: 3 } }
const late: Step = { id: 'late', when: { if: 'it.delay > 15', then: [{ id: 'tell', emit: 'flights.Late' }] } as never }
const store: Step = { id: 'store', call: 'flights.Store' }

test('a diff names what was added, removed, moved and changed by the ids of the steps', () => {
  const before = planOf([parse, late, store], { summary: 'Delays' })
  const after = planOf(
    [
      store,
      { ...parse, retry: { attempts: 5 } },
      { id: 'late', when: { if: 'it.delay > 30', then: [{ id: 'note', map: 'it' }] } as never },
    ],
    { summary: 'Delays by day' },
  )
  expect(formatDiff(diffPlans(before, after))).toEqual([
    '~ the plan  summary: "Delays" → "Delays by day"',
    '- tell  first in late/when/then',
    '> store  from behind late to first',
    '~ parse  retry/attempts: 3 → 5',
    '~ late  when/if: "it.delay > 15" → "it.delay > 30"',
    '+ note  first in late/when/then',
  ])
})

test('a step that goes into another one is moved and not lost', () => {
  const inside = {
    id: 'late',
    when: { if: 'it.delay > 15', then: [{ id: 'tell', emit: 'flights.Late' }, store] } as never,
  }
  expect(diffPlans(planOf([parse, late, store]), planOf([parse, inside]))).toEqual([
    {
      change: 'moved',
      step: 'store',
      from: { list: 'steps', after: 'late' },
      to: { list: 'late/when/then', after: 'tell' },
    },
  ])
})

test('an id that stands twice is told with its place', () => {
  expect(() => diffPlans(planOf([parse]), planOf([parse, parse]))).toThrow(
    /InvalidPlan|steps\/parse There are two steps "parse"/,
  )
})

test('plans are the same exactly where their diff is empty', () => {
  const versions = chosen((pick) => {
    const before = randomPlan(pick)
    return { before, after: editPlan(before, 'new', pick) }
  })
  fc.assert(
    fc.property(versions, ({ before, after }) => {
      expect(diffPlans(before, after).length === 0).toBe(planHash(before) === planHash(after))
    }),
    { numRuns: 300 },
  )
})
