import { hashOf } from '../file/line.ts'
import type { Key } from '../../record/record.ts'
import { keyText, type MapKey } from '../key-text.ts'

/** What stands in a value's slot that has no value. */
export const absent: unique symbol = Symbol('absent')

/** About what a key costs in memory beside its cells. */
export const entryBytes = 240

/**
 * The state of one key in memory. Cells know their slot and their bit in it. With many keys no cache holds it, so what
 * each record needs of it stands together, and the slots of the first cells are its own fields.
 */
export class Entry {
  #first: unknown
  /** The cells that changed since they were written. */
  dirty = 0
  /** Whether it was selected since the hand came by. */
  isUsed = true
  /** The cells that hold something. */
  live = 0
  key: Key
  place: MapKey
  #second: unknown
  /** Whether it stands in its step's map; until it changes, a key without state does not. */
  isHeld = false
  /** About how many bytes it takes in memory. */
  bytes: number = entryBytes
  /** Whether it is counted among the keys with state. */
  isCounted = false
  /** Its place among the changed ones of its step. */
  dirtyAt = -1
  /** The slots after the first two. */
  readonly #others: unknown[] | undefined
  #text: string | undefined
  #hash = -1

  constructor(key: Key, place: MapKey, empty: readonly unknown[]) {
    this.key = key
    this.place = place
    this.#first = empty[0]
    this.#second = empty[1]
    this.#others = empty.length > 2 ? empty.slice(2) : undefined
  }

  /** What a cell holds of it: a value or `absent`; of lists and maps their slot, made when it is needed; of timers their times. */
  slot(index: number): unknown {
    if (index === 0) return this.#first
    return index === 1 ? this.#second : this.#others![index - 2]
  }

  setSlot(index: number, held: unknown): void {
    if (index === 0) this.#first = held
    else if (index === 1) this.#second = held
    else this.#others![index - 2] = held
  }

  /** The key in the file. */
  get text(): string {
    return (this.#text ??= keyText(this.key))
  }

  /** By what it is in order in the file. */
  get hash(): number {
    if (this.#hash === -1) this.#hash = hashOf(this.text)
    return this.#hash
  }

  /** Lets it stand for another key, as long as nothing was written to it. */
  rename(key: Key, place: MapKey): void {
    this.key = key
    this.place = place
    this.#text = undefined
    this.#hash = -1
  }
}
