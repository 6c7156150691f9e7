import { openState, type CellsOf, map, value } from '@heddle/stream'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { folderInMemory } from '../../../harness/folder.ts'
import type { Contender } from '../../../harness/types.ts'

/** So many records come between two checkpoints: as many as a second brings at the stated rate of a job. */
const recordsPerCheckpoint = 100_000
const shapes = { sum: value(z.object({ n: z.int(), total: z.number() })), windows: map(z.object({ n: z.int() })) }

export const keyOf = (index: number): string => `customer-${index}`

/** In an order that comes by each key once before it comes by one again, and by no neighbours. */
const step = 7_368_787

/** Counts records by key in declared cells: a value, and the entry of a window. */
export const counting = (keys: number, cell: 'value' | 'map' = 'value'): Contender<number> => ({
  async open() {
    const folder = folderInMemory()
    const state = openState({ file: join(folder, 'state'), memoryBytes: 2 ** 31 })
    const counts = state.step('counts', shapes)
    const { sum, windows } = counts.cells as unknown as CellsOf<typeof shapes>
    const names = Array.from({ length: keys }, (_, index) => keyOf(index))
    let [epoch, records, at, bytes] = [0, 0, 0, 0]

    const countValue = (index: number): void => {
      counts.select(names[index]!)
      const held = sum.get()
      if (held === undefined) sum.set({ n: 1, total: index })
      else {
        held.n++
        held.total += index
        sum.touch()
      }
    }
    const countWindow = (index: number): void => {
      counts.select(names[index]!)
      const held = windows.get(86_400_000)
      if (held === undefined) windows.set(86_400_000, { n: 1 })
      else {
        held.n++
        windows.touch(86_400_000)
      }
    }
    const count = cell === 'value' ? countValue : countWindow
    const checkpoint = () => {
      bytes = state.checkpoint(++epoch).bytes
      state.forget(epoch - 1)
    }
    for (let index = 0; index < keys; index++) count(index)
    checkpoint()

    return {
      call(index) {
        counts.select(keyOf(index))
        return cell === 'value' ? sum.get()!.n : windows.get(86_400_000)!.n
      },
      answer: (n: number) => n > 0,
      async drive(operations) {
        for (let done = 0; done < operations; done++) {
          count(at)
          at = (at + step) % keys
          if (++records % recordsPerCheckpoint === 0) checkpoint()
        }
      },
      figures: () => ({ bytesPerKey: bytes / Math.min(keys, recordsPerCheckpoint) }),
      close() {
        state.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
})
