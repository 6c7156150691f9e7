import type { ListCell } from '../cells.ts'
import { between } from '../file/line.ts'
import type { Entry } from '../memory/entry.ts'
import { type AddItem, HeldCell, mostInLine } from './held-cell.ts'

/** A list of one key. The beginning of a large one may be in the file alone. */
class ListSlot {
  /** The items in memory, the last ones. */
  items: unknown[] = []
  /** How many stand before them, in the file alone. */
  before = 0
  /** Whether each item has a line of its own: from when it has many, until another list takes its place. */
  isLarge = false
  /** How many of all stand in lines of their own. */
  written = 0
  /** Items up to this index may stand in lines of their own, and are to be removed or replaced. */
  gone = 0
}

const none: readonly unknown[] = []

/** A list per key. In the line of its key stand its items, or how many there are. */
export class HeldList extends HeldCell implements ListCell {
  readonly empty = undefined

  get size(): number {
    const slot = this.#slot(this.host.current)
    return slot === undefined ? 0 : slot.before + slot.items.length
  }

  push(item: unknown): void {
    const entry = this.host.current
    const slot = this.#made(entry)
    slot.items.push(item)
    slot.isLarge ||= slot.items.length > mostInLine
    entry.live |= this.bit
    this.change(entry)
    this.grow(entry, this.average)
  }

  all(): readonly unknown[] {
    const entry = this.host.current
    const slot = this.#slot(entry)
    if (slot === undefined) return none
    if (slot.before > 0) this.#loadAll(entry, slot)
    return slot.items
  }

  replace(items: readonly unknown[]): void {
    const entry = this.host.current
    const slot = this.#made(entry)
    this.grow(entry, (items.length - slot.items.length) * this.average)
    if (slot.isLarge) slot.gone = Math.max(slot.gone, slot.written)
    slot.items = [...items]
    slot.before = 0
    slot.written = 0
    slot.isLarge = items.length > mostInLine
    if (items.length > 0) entry.live |= this.bit
    else entry.live &= ~this.bit
    this.change(entry)
  }

  clear(): void {
    if (this.size > 0) this.replace(none)
  }

  load(entry: Entry, text: string): void {
    const slot = new ListSlot()
    entry.setSlot(this.index, slot)
    if (text.startsWith('#')) {
      slot.isLarge = true
      slot.before = slot.written = Number(text.slice(1))
    } else slot.items = text.split(between).map((item) => this.decode(item))
  }

  write(entry: Entry, addItem: AddItem): string {
    const slot = this.#slot(entry)
    if (slot === undefined) return ''
    const size = slot.before + slot.items.length
    const kept = slot.isLarge ? size : 0
    for (let at = kept; at < slot.gone; at++) addItem(this.number, at, '')
    slot.gone = 0
    if (!slot.isLarge) return slot.items.map((item) => this.#text(item, entry)).join(between)
    for (let at = slot.written; at < size; at++)
      addItem(this.number, at, this.#text(slot.items[at - slot.before], entry))
    slot.written = size
    return `#${size}`
  }

  bytes(entry: Entry): number {
    const slot = this.#slot(entry)
    if (slot === undefined) return 0
    return 120 + slot.items.length * (slot.isLarge ? this.average : 32)
  }

  #text(item: unknown, entry: Entry): string {
    const text = this.encode(item, entry)
    this.measured(text.length)
    return text
  }

  #slot(entry: Entry): ListSlot | undefined {
    return entry.slot(this.index) as ListSlot | undefined
  }

  #made(entry: Entry): ListSlot {
    const known = this.#slot(entry)
    if (known !== undefined) return known
    const slot = new ListSlot()
    entry.setSlot(this.index, slot)
    return slot
  }

  #loadAll(entry: Entry, slot: ListSlot): void {
    const { file, lines } = this.host
    const found = lines.items(entry.text, entry.hash, this.number)
    const items: unknown[] = []
    for (let at = 0; at < slot.before; at++) {
      const text = found.get(String(at))
      if (text === undefined) throw file.damaged(`the list "${this.name}" of a key lacks items`)
      items.push(this.decode(text))
    }
    slot.items = [...items, ...slot.items]
    slot.before = 0
    this.grow(entry, items.length * this.average)
  }
}
