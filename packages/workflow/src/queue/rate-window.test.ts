import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Began, begin } from './rate-window.ts'

/** Asks at each of these times. Says when one more could begin. */
function beginnings(times: readonly number[], rate: { limit: number; perMs: number }): number[] {
  let began: Began = []
  return times.filter((now) => {
    const asked = begin(began, rate, now)
    if ('again' in asked) return false
    began = asked.began
    return true
  })
}

test('never more than the limit begin in any span of the time', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 })
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3000 }), (steps, limit, perMs) => {
      let now = 1_000_000
      const begun = beginnings(
        steps.map((step) => (now += step)),
        { limit, perMs },
      )
      for (const from of begun) {
        expect(begun.filter((at) => at >= from && at < from + perMs).length).toBeLessThanOrEqual(limit)
      }
    }),
  )
})

test('who has to wait is told when, and may begin then', () => {
  const rate = { limit: 2, perMs: 1000 }
  let began: Began = []
  for (const now of [5000, 5400]) began = (begin(began, rate, now) as { began: Began }).began
  const { again } = begin(began, rate, 5500) as { again: number }
  expect(again).toBeGreaterThanOrEqual(6000)
  expect(again).toBeLessThan(6000 + 1000 / 32)
  expect(begin(began, rate, again)).toHaveProperty('began')
})

test('a clock that was put back lets nothing more begin', () => {
  const rate = { limit: 1, perMs: 1000 }
  const { began } = begin([], rate, 10_000_000) as { began: Began }
  expect(begin(began, rate, 10_000_000 - 3_600_000)).toHaveProperty('again')
})

test('what it remembers stays small, whatever the limit', () => {
  const rate = { limit: 1_000_000, perMs: 60_000 }
  let began: Began = []
  for (let now = 0; now < 600_000; now += 7) began = (begin(began, rate, now) as { began: Began }).began
  expect(began.length).toBeLessThanOrEqual(66)
})
