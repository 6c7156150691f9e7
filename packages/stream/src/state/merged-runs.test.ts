import { mkdtempSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type CellsOf, timer, value } from './cells.ts'
import { openState } from './open-state.ts'
import type { TaskState } from './state.ts'

const file = join(mkdtempSync(join(tmpdir(), 'heddle-state-runs-')), 'state')
const shapes = { last: value(z.int()), alarm: timer() }
const stepOf = (state: TaskState) => {
  const step = state.step('keys', shapes)
  return { step, cells: step.cells as unknown as CellsOf<typeof shapes> }
}

const keys = 12_000
const kept = 3

/** Holds every key against what it should have, and how many there are. */
function expectState(state: TaskState, wanted: ReadonlyMap<number, number>): void {
  const { step, cells } = stepOf(state)
  expect(step.size().keys).toBe(wanted.size)
  for (let key = 0; key < keys; key++) {
    step.select(key)
    const at = wanted.get(key)
    const isRight = cells.last.get() === at && cells.alarm.at === (at === undefined ? undefined : 1000 + at)
    if (!isRight) expect([key, cells.last.get(), cells.alarm.at]).toEqual([key, at, at && 1000 + at])
  }
}

test(
  'old epochs are merged bit by bit, over restarts too, and every epoch that is kept can still be restored',
  { timeout: 60_000 },
  () => {
    const now = new Map<number, number>()
    const known = new Map<number, { readonly hash: string; readonly keys: ReadonlyMap<number, number> }>()
    let state = openState({ file, memoryBytes: 2 << 20 })
    const epochs = 16
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const { step, cells } = stepOf(state)
      for (let key = epoch % 3; key < keys; key += 3) {
        step.select(key)
        // Some keys come to an end, and come again later.
        if ((key + epoch) % 11 === 0) {
          cells.last.clear()
          cells.alarm.clear()
          now.delete(key)
        } else {
          cells.last.set(epoch)
          cells.alarm.set(1000 + epoch)
          now.set(key, epoch)
        }
      }
      known.set(epoch, { hash: state.checkpoint(epoch).hash, keys: new Map(now) })
      state.forget(epoch - kept + 1)
      if (epoch % 5 !== 0) continue
      // What was merged halfway goes with the process.
      state.close()
      state = openState({ file, memoryBytes: 2 << 20 })
      state.restore(epoch, known.get(epoch)!.hash)
      expectState(state, now)
    }
    // It goes with the next checkpoint.
    const { hash } = state.checkpoint(epochs + 1)
    known.set(epochs + 1, { hash, keys: now })
    expect(state.kept()).toEqual([epochs - 2, epochs - 1, epochs, epochs + 1])
    for (const epoch of state.kept().toReversed()) {
      state.restore(epoch, known.get(epoch)!.hash)
      expectState(state, known.get(epoch)!.keys)
    }
    state.close()

    const outside = new DatabaseSync(file)
    const told = outside.prepare('SELECT count(*) AS runs, sum(lines) AS lines FROM runs').get()!
    outside.close()
    expect(told['runs']).toBeLessThan(10)
    expect(told['lines']).toBeLessThan(3 * keys)
  },
)
