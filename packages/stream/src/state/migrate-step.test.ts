import { expect, test } from 'vitest'
import { z } from 'zod'
import { type CellsOf, list, map, timer, value } from './cells.ts'
import { openState } from './open-state.ts'
import type { TaskState } from './state.ts'

const before = { sum: value(z.int()), all: list(z.int()), open: map(z.int()), end: timer() }
const after = { sum: value(z.object({ n: z.int(), at: z.date() })), all: map(z.int()), end: timer() }

function filled(keys: number): { state: TaskState; hash: string } {
  const state = openState()
  const step = state.step('sums', before)
  const { sum, all, open, end } = step.cells as unknown as CellsOf<typeof before>
  for (let key = 0; key < keys; key++) {
    step.select(key)
    sum.set(key)
    all.push(1)
    all.push(2)
    open.set('b', 1)
    open.set(2, key)
    end.set(100 + key)
    step.timer(7)
  }
  const { hash } = state.checkpoint(1)
  state.restore(1, hash)
  return { state, hash }
}

test('a migration changes every key, and what it does not keep is gone', () => {
  const { state, hash } = filled(1300)
  const seen = state.migrate('sums', after, (key, { sum, all, open, end }) => {
    expect([all, open]).toEqual([[1, 2], [['b', 1], [2, key]]]) // prettier-ignore
    if ((key as number) % 2 === 1) return undefined
    return { sum: { n: sum, at: new Date(key as number) }, all: [['x', 1]], end: (end as number) + 1 }
  })
  expect(seen).toBe(1300)
  const step = state.step('sums', after)
  expect(step.size().keys).toBe(1300) // Half of them for a timer of the step.
  const cells = step.cells as unknown as CellsOf<typeof after>
  step.select(12)
  expect([cells.sum.get(), [...cells.all.entries()], cells.end.at]).toEqual([{ n: 12, at: new Date(12) }, [['x', 1]], 113]) // prettier-ignore
  step.select(13)
  expect([cells.sum.has(), cells.all.size, cells.end.at]).toEqual([false, 0, undefined])
  // Timers of the step itself stay; those of the cell are the new ones.
  const fired = new Map<string, number>()
  for (let taken = step.takeTimer(1e9); taken; taken = step.takeTimer(1e9)) {
    const name = taken.cell ?? 'step'
    fired.set(name, (fired.get(name) ?? 0) + 1)
  }
  expect([...fired]).toEqual([['step', 1300], ['end', 650]]) // prettier-ignore
  expect(state.checkpoint(2).keys).toBe(650)
  // The epoch before can still be restored, whole.
  state.restore(1, hash)
  const old = state.step('sums', before)
  const { sum, all } = old.cells as unknown as CellsOf<typeof before>
  old.select(13)
  expect([old.size().keys, sum.get(), all.all(), old.firstTimer]).toEqual([1300, 13, [1, 2], 7])
})

test('what does not fit the new cells is refused with step, cell and key, and nothing is changed', () => {
  for (const [give, reason] of [
    [{ sum: 5 }, /expected object/],
    [{ more: 5 }, /no such cell/],
    [{ all: 5 }, /given as a list/],
    [{ end: 'soon' }, /no number/],
  ] as const) {
    const { state, hash } = filled(3)
    expect(() => state.migrate('sums', after, () => give)).toThrow(reason)
    expect(() => state.checkpoint(2)).toThrow('restore an epoch first')
    state.restore(1, hash)
    expect(state.step('sums', before).size().keys).toBe(3)
  }
})

test('a renamed step keeps its state, and takes no other', () => {
  const { state } = filled(3)
  state.rename('sums', 'totals')
  state.rename('nothing', 'something')
  expect(state.steps()).toEqual(['totals'])
  const step = state.step('totals', before)
  step.select(2)
  expect([(step.cells as unknown as CellsOf<typeof before>).sum.get(), step.firstTimer]).toEqual([2, 7])
  const { hash } = state.checkpoint(2)
  state.step('sums', before).select('a')
  expect(() => state.rename('totals', 'other')).toThrow('its state is at work')
  state.restore(2, hash)
  const other = state.step('sums', before)
  other.select('a')
  ;(other.cells as unknown as CellsOf<typeof before>).sum.set(1)
  state.restore(3, state.checkpoint(3).hash)
  expect(() => state.rename('totals', 'sums')).toThrow('it has state of its own')
})
