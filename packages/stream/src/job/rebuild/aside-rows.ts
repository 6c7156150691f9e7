import { z } from 'zod'
import type { Key } from '../../record/record.ts'
import type { AsideRows } from '../../sink/aside.ts'
import { value, type ValueCell } from '../../state/cells.ts'
import type { TaskState } from '../../state/state.ts'

/** Where the rows of a sink stand in the state of its task; no step is called so. */
const placeOf = (sink: string): string => `aside/${sink}`

/** Whether a part of a state holds rows that a sink has put aside. */
export const isAside = (step: string): boolean => step.startsWith('aside/')

const shapes = { row: value(z.string()) }

/** The rows that a sink puts aside: what a checkpoint holds goes with the state of its task. */
export function asideRows(state: TaskState, sink: string): AsideRows {
  const step = state.step(placeOf(sink), shapes)
  const { row } = step.cells as unknown as { readonly row: ValueCell<string> }
  return {
    get(key) {
      step.select(key)
      return row.get()
    },
    set(key, text) {
      step.select(key)
      row.set(text)
    },
    delete(key) {
      step.select(key)
      row.clear()
    },
  }
}

/** All rows that a sink has put aside, by key. The state is of no use for anything else afterwards. */
export function heldRows(state: TaskState, sink: string): Map<Key, string> {
  const held = new Map<Key, string>()
  state.migrate(placeOf(sink), shapes, (key, { row }) => {
    held.set(key, row as string)
    return undefined
  })
  return held
}
