import { between, itemKey } from '../file/line.ts'
import type { Entry } from '../memory/entry.ts'
import type { TimerQueue } from '../timer/timer-queue.ts'
import { type AddItem, type CellHost, HeldCell, mostInLine } from './held-cell.ts'

/** The number of the timers of a step: no cell has it. */
export const timesNumber = -1

/** The timers of a key that has or had several. One alone is its time and nothing else: most keys have one. */
class Times {
  size = 0
  /** All of them, while they are few. */
  few: number[] = []
  /** Whether each has a line of its own: from when there are many, until none is left. */
  isLarge = false
  /** What was set or removed of those with lines of their own, and was not written yet. */
  changed: Map<number, boolean> | undefined
}

/** The timers of a step that belong to no cell: a key may have many. That they fire is the matter of their queue. */
export class HeldTimes extends HeldCell {
  readonly empty = undefined
  readonly queue: TimerQueue

  constructor(host: CellHost, index: number, queue: TimerQueue) {
    super(host, { name: '', shape: { cell: 'timer' }, number: timesNumber, index })
    this.queue = queue
  }

  set(time: number): void {
    const entry = this.host.current
    const at = time + 0 // −0 becomes 0, as in a map.
    const known = this.#slot(entry)
    if (known !== undefined && this.#has(entry, known, at)) return
    this.queue.set(at, entry) // First: it refuses what is no time.
    if (at === Infinity) return
    if (known === undefined) entry.setSlot(this.index, at)
    else this.#add(typeof known === 'number' ? this.#several(entry, known) : known, at)
    entry.live |= this.bit
    this.change(entry)
    this.grow(entry, 40)
  }

  cancel(time: number): void {
    const entry = this.host.current
    const slot = this.#slot(entry)
    if (slot === undefined || !this.#has(entry, slot, time + 0)) return
    this.queue.cancel(time + 0, entry)
    this.fired(entry, time + 0)
  }

  /** It is set no more. */
  fired(entry: Entry, time: number): void {
    const slot = this.#slot(entry)!
    if (typeof slot === 'number') entry.setSlot(this.index, undefined)
    else if (slot.isLarge) slot.changed!.set(time, false)
    else slot.few.splice(slot.few.indexOf(time), 1)
    const left = typeof slot === 'number' ? 0 : --slot.size
    if (left === 0) {
      if (typeof slot !== 'number') slot.isLarge = false
      entry.live &= ~this.bit
    }
    this.change(entry)
  }

  /** Those that stand in the line of a key; many have lines of their own. */
  timesOf(text: string): readonly number[] {
    return text.startsWith('#') ? [] : text.split(between).map(Number)
  }

  load(entry: Entry, text: string): void {
    const times = this.timesOf(text)
    if (times.length === 1) return entry.setSlot(this.index, times[0])
    const slot = this.#several(entry)
    for (const time of times) this.#add(slot, time)
    if (!text.startsWith('#')) return
    slot.isLarge = true
    slot.changed = new Map()
    slot.size = Number(text.slice(1))
  }

  write(entry: Entry, addItem: AddItem): string {
    const slot = this.#slot(entry)
    if (slot === undefined) return ''
    if (typeof slot === 'number') return String(slot)
    if (slot.changed !== undefined && slot.changed.size > 0) {
      for (const [time, isSet] of slot.changed) addItem(timesNumber, time, isSet ? '1' : '')
      slot.changed.clear()
    }
    if (slot.isLarge) return `#${slot.size}`
    if (slot.size === 0) entry.setSlot(this.index, undefined)
    return slot.few.join(between)
  }

  bytes(entry: Entry): number {
    const slot = this.#slot(entry)
    if (slot === undefined) return 0
    return typeof slot === 'number' ? 16 : 120
  }

  #slot(entry: Entry): Times | number | undefined {
    return entry.slot(this.index) as Times | number | undefined
  }

  #several(entry: Entry, time?: number): Times {
    const slot = new Times()
    if (time !== undefined) this.#add(slot, time)
    entry.setSlot(this.index, slot)
    return slot
  }

  #add(slot: Times, time: number): void {
    slot.size++
    if (slot.isLarge) slot.changed!.set(time, true)
    else slot.few.push(time)
    if (slot.few.length <= mostInLine) return
    slot.changed ??= new Map()
    for (const each of slot.few) slot.changed.set(each, true)
    slot.few = []
    slot.isLarge = true
  }

  /** Where there are many, those that were written are in the file alone. */
  #has(entry: Entry, slot: Times | number, time: number): boolean {
    if (typeof slot === 'number') return slot === time
    if (!slot.isLarge) return slot.few.includes(time)
    return (
      slot.changed!.get(time) ?? this.host.lines.get(itemKey(entry.text, timesNumber, time), entry.hash) !== undefined
    )
  }
}
