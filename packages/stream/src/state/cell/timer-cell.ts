import type { TimerCell } from '../cells.ts'
import type { Entry } from '../memory/entry.ts'
import type { TimerQueue } from '../timer/timer-queue.ts'
import { type CellHost, type CellPlace, HeldCell } from './held-cell.ts'

/** A timer per key: its slot holds the time; that it fires is the matter of its queue. */
export class HeldTimer extends HeldCell implements TimerCell {
  readonly empty = undefined
  readonly queue: TimerQueue

  constructor(host: CellHost, place: CellPlace, queue: TimerQueue) {
    super(host, place)
    this.queue = queue
  }

  get at(): number | undefined {
    return this.host.current.slot(this.index) as number | undefined
  }

  set(time: number): void {
    const entry = this.host.current
    const before = entry.slot(this.index) as number | undefined
    if (before === time) return
    this.queue.set(time, entry) // First: it refuses what is no time.
    if (before !== undefined && before !== Infinity) this.queue.cancel(before, entry)
    entry.setSlot(this.index, time)
    entry.live |= this.bit
    this.change(entry)
  }

  clear(): void {
    const entry = this.host.current
    const before = entry.slot(this.index) as number | undefined
    if (before === undefined) return
    this.queue.cancel(before, entry)
    this.fired(entry)
  }

  /** It is set no more. */
  fired(entry: Entry): void {
    entry.setSlot(this.index, undefined)
    entry.live &= ~this.bit
    this.change(entry)
  }

  load(entry: Entry, text: string): void {
    entry.setSlot(this.index, Number(text))
  }

  write(entry: Entry): string {
    const at = entry.slot(this.index) as number | undefined
    return at === undefined ? '' : String(at)
  }

  bytes(): number {
    return 0
  }
}
