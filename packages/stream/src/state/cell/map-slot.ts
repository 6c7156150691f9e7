import { isSameMapKey } from '../key-text.ts'

export type Name = string | number

/** An entry of a map in memory. */
export class Part {
  readonly name: Name
  /** Its turn in the order of entries, where the map is large. */
  place: number
  value: unknown
  isDirty = false
  /** Removed, which stands to be written. */
  isGone = false

  constructor(name: Name, place: number, value: unknown) {
    this.name = name
    this.place = place
    this.value = value
  }
}

/**
 * A map of one key. A small one has its first entry here: nearly always it is the only one, as the window of a key that
 * is open, and each object less is one less to fetch from memory where there are many keys.
 */
export class MapSlot {
  size = 0
  /** Of a small map that is not empty: its first entry. */
  #name: Name = ''
  #value: unknown = undefined
  /** Of a large one, where each entry has a line of its own: from when there are many, until none is left. */
  large: LargeMap | undefined
  /** The other entries of a small map, in their order. */
  #others: Part[] | undefined
  /** Entries with lines of their own that the map does not have any more. */
  gone: Set<string> | undefined

  /** The turn of an entry of a small map; −1 where it has none of the name. */
  find(name: Name): number {
    if (this.size === 0) return -1
    if (isSameMapKey(this.#name, name)) return 0
    if (this.#others !== undefined) {
      for (let at = 0; at < this.#others.length; at++) if (isSameMapKey(this.#others[at]!.name, name)) return at + 1
    }
    return -1
  }

  valueAt(turn: number): unknown {
    return turn === 0 ? this.#value : this.#others![turn - 1]!.value
  }

  setAt(turn: number, value: unknown): void {
    if (turn === 0) this.#value = value
    else this.#others![turn - 1]!.value = value
  }

  /** Adds an entry of a new name to a small map. */
  add(name: Name, value: unknown): void {
    if (this.size++ > 0) (this.#others ??= []).push(new Part(name, 0, value))
    else {
      this.#name = name
      this.#value = value
    }
  }

  removeAt(turn: number): void {
    this.size--
    if (turn > 0) this.#others!.splice(turn - 1, 1)
    else {
      const next = this.#others?.shift()
      this.#name = next?.name ?? ''
      this.#value = next?.value
    }
  }

  /** The entries of a small map, in their order. */
  *entries(): Generator<[Name, unknown]> {
    if (this.size === 0) return
    yield [this.#name, this.#value]
    if (this.#others !== undefined) for (const { name, value } of this.#others) yield [name, value]
  }

  /** From here on each entry has a line of its own. */
  enlarge(): void {
    const large = new LargeMap()
    for (const [name, value] of this.entries()) {
      const part = new Part(name, large.next++, value)
      part.isDirty = true
      large.changed.push(part)
      large.parts.set(name, part)
    }
    this.large = large
    this.#value = undefined
    this.#others = undefined
  }
}

/** What a large map has beside. Some of its entries may be in the file alone. */
export class LargeMap {
  next = 0
  /** Those in memory; where not all are, also those that were removed. */
  parts: Map<Name, Part> = new Map()
  isWhole = true
  changed: Part[] = []
  /** A name that is not there, though not all are in memory. */
  missing: Name | undefined
  /** The entry that was asked for last: mostly it is asked for again. */
  last: Part | undefined
}
