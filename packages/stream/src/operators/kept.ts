import { z } from 'zod'
import type { MapCell } from '../state/cells.ts'

/** The type of a record in a cell. */
export const kept = z.object({ time: z.number(), id: z.string(), value: z.unknown() })

/** Adds an item to a list that is an entry of a map. */
export function addItem<Item>(cell: MapCell<Item[]>, entry: string | number, item: Item): void {
  const items = cell.get(entry)
  if (items === undefined) return cell.set(entry, [item])
  items.push(item)
  cell.touch(entry)
}
