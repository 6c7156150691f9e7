import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editPlan, stepsById } from '../../fixtures/handling/edit-plan.ts'
import { chosen, randomPlan } from '../../fixtures/handling/random-plan.ts'
import { diffPlans } from '../diff/diff-plans.ts'
import { flatPlan } from '../diff/flat-plan.ts'
import { planHash } from '../plan/hash.ts'
import type { Plan } from '../plan/plan.ts'
import { mergePlans } from './merge-plans.ts'

const versions = chosen((pick) => {
  const base = randomPlan(pick)
  return { base, ours: editPlan(base, 'ours', pick), theirs: editPlan(base, 'theirs', pick) }
})

const runs = { numRuns: 300 }

test('what only one side changed is what comes out, without a conflict', () => {
  fc.assert(
    fc.property(versions, ({ base, ours }) => {
      for (const merged of [mergePlans(base, ours, base), mergePlans(base, base, ours), mergePlans(base, ours, ours)]) {
        expect(merged.conflicts).toEqual([])
        expect(merged.plan).toEqual(ours)
        expect(planHash(merged.plan)).toBe(planHash(ours))
      }
    }),
    runs,
  )
})

/** What a plan says of a step, and in which list it stands. */
const saidOf = (plan: Plan, id: string) => {
  const { own, list } = flatPlan(plan).steps.get(id) ?? {}
  return JSON.stringify({ own, list })
}

test('a step goes only where one side removed it and the other left it as it was', () => {
  fc.assert(
    fc.property(versions, ({ base, ours, theirs }) => {
      const { plan } = mergePlans(base, ours, theirs)
      const merged = stepsById(plan)
      for (const [side, other] of [
        [ours, theirs],
        [theirs, ours],
      ] as const) {
        for (const id of stepsById(side).keys()) {
          if (merged.has(id)) continue
          expect(stepsById(other).has(id)).toBe(false)
          expect(saidOf(side, id)).toBe(saidOf(base, id))
        }
      }
    }),
    runs,
  )
})

test('what a side changed stands in what comes out, or is told as a conflict', () => {
  fc.assert(
    fc.property(versions, ({ base, ours, theirs }) => {
      const { plan, conflicts } = mergePlans(base, ours, theirs)
      const merged = flatPlan(plan)
      const told = (id: string | undefined) => conflicts.some(({ step }) => step === id)
      for (const side of [ours, theirs]) {
        for (const change of diffPlans(base, side)) {
          if (told(change.step)) continue
          if (change.change === 'added') expect(merged.steps.has(change.step)).toBe(true)
          if (change.change === 'removed') expect(merged.steps.has(change.step)).toBe(false)
          if (change.change === 'changed') {
            const own = change.step === undefined ? merged.header : merged.steps.get(change.step)?.own
            const value = change.path.reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], own)
            expect(value).toEqual(change.after)
          }
        }
      }
    }),
    runs,
  )
})

test('both ways round there are conflicts about the same steps, and an id stands once', () => {
  fc.assert(
    fc.property(versions, ({ base, ours, theirs }) => {
      const [one, other] = [mergePlans(base, ours, theirs), mergePlans(base, theirs, ours)]
      // A plan in which an id stood twice could not be taken apart.
      flatPlan(one.plan)
      expect(one.conflicts.length > 0).toBe(other.conflicts.length > 0)
      if (one.conflicts.length === 0) expect(planHash(one.plan)).toBe(planHash(other.plan))
    }),
    runs,
  )
})
