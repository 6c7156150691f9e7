import type { ValueCell } from '../cells.ts'
import { absent, type Entry } from '../memory/entry.ts'
import { HeldCell } from './held-cell.ts'

/** One value per key: it stands in the slot itself. */
export class HeldValue extends HeldCell implements ValueCell {
  readonly empty = absent

  has(): boolean {
    return this.host.current.slot(this.index) !== absent
  }

  get(): unknown {
    const value = this.host.current.slot(this.index)
    return value === absent ? undefined : value
  }

  set(value: unknown): void {
    const entry = this.host.current
    if (entry.slot(this.index) === absent) this.grow(entry, this.average)
    entry.setSlot(this.index, value)
    entry.live |= this.bit
    this.change(entry)
  }

  clear(): void {
    const entry = this.host.current
    if (entry.slot(this.index) === absent) return
    entry.setSlot(this.index, absent)
    entry.live &= ~this.bit
    this.change(entry)
  }

  touch(): void {
    const entry = this.host.current
    if (entry.slot(this.index) !== absent) this.change(entry)
  }

  load(entry: Entry, text: string): void {
    entry.setSlot(this.index, this.decode(text))
  }

  write(entry: Entry): string {
    const value = entry.slot(this.index)
    if (value === absent) return ''
    const text = this.encode(value, entry)
    this.measured(text.length)
    return text
  }

  bytes(): number {
    return 32
  }
}
