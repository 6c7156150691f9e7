import fc from 'fast-check'
import { expect, test } from 'vitest'
import { effectsOf } from '../../fixtures/handling/effects.ts'
import { runnablePlans } from '../../fixtures/handling/random-plan.ts'

test('an optimized plan gives what the plain one gives, with the same effects in the same order', async () => {
  const done = { fused: 0, leftOut: 0, together: 0 }
  await fc.assert(
    fc.asyncProperty(runnablePlans, fc.integer({ min: -2, max: 12 }), async (plan, input) => {
      const plain = await effectsOf(plan, input, { optimize: false })
      const optimized = await effectsOf(plan, input)
      for (const { rule } of optimized.pipeline.optimized.done) done[rule]++
      expect(JSON.stringify(plain.outcome)).not.toContain('Internal')
      expect(optimized.outcome).toEqual(plain.outcome)
      // What runs at once in the plan as it is written has no order.
      const isOrdered = !/"parallel"|"concurrency":2/.test(JSON.stringify(plan))
      const inOrder = (effects: readonly number[]) => (isOrdered ? effects : effects.toSorted((a, b) => a - b))
      expect(inOrder(optimized.effects)).toEqual(inOrder(plain.effects))
    }),
    { numRuns: 400 },
  )
  // All rules were tried, and often.
  for (const count of Object.values(done)) expect(count).toBeGreaterThan(20)
})
