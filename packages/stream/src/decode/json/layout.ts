import type { ObjectSlot } from './slots.ts'

/** The fields of an object as they stood in a record, in the order of its text: an index of the shape, or −1. */
export interface Layout {
  readonly fields: readonly { readonly key: string; readonly index: number; readonly inside?: Layout }[]
}

/** More fields than these are not predicted, since the code would grow beyond what is compiled well. */
export const mostFields = 200

/** Learns the layout of a record, which tells what the next one probably looks like. Undefined where it is too wide. */
export function layoutOf(record: unknown, slot: ObjectSlot): Layout | undefined {
  const count = { left: mostFields }
  const layout = learn(record, slot, count)
  return count.left < 0 ? undefined : layout
}

function learn(record: unknown, slot: ObjectSlot, count: { left: number }): Layout | undefined {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return undefined
  const fields = Object.entries(record)
    .filter(([key]) => isSound(key))
    .map(([key, value]) => {
      count.left--
      const index = slot.indexes.get(key) ?? -1
      const inner = index < 0 ? undefined : slot.slots[index]
      const inside = inner?.kind === 'object' ? learn(value, inner, count) : undefined
      return inside === undefined ? { key, index } : { key, index, inside }
    })
  return { fields }
}

/** Keys that are read in any order as they stand. Others have to be judged each time. */
const isSound = (key: string): boolean => key !== '__proto__' && key.isWellFormed() && !key.includes('\ufffd')
