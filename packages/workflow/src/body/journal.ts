import type { Entry } from '../run/run.ts'

/** The entries of a run, in their order, with the number of the last one. */
export interface RecordedEntries {
  readonly entries: readonly Entry[]
  readonly last: number
}

/** How many keys are looked through one after the other. */
const fewAsked = 16

/** What a process keeps of a journal beside its entries: timers, keys that were asked for, and what is to be recorded next. */
export class Journal {
  /** Entries that are to be made durable with whatever is next. */
  readonly buffer: Entry[] = []
  // Most runs have no timers and no children, and ask for a handful of keys.
  #timers: Map<string, number> | undefined
  #told: Set<string> | undefined
  readonly #asked: string[] = []
  #manyAsked: Set<string> | undefined
  #next: number

  constructor({ entries, last }: RecordedEntries) {
    this.#next = last + 1
    for (const entry of entries) this.note(entry)
  }

  /** When timers end that were written down, by key. */
  get timers(): Map<string, number> {
    return (this.#timers ??= new Map())
  }
  /** Children that were asked to end because the run was, by the key under which they are waited for. */
  get told(): Set<string> {
    return (this.#told ??= new Set())
  }

  /** How many entries there are, those counted that a failure left out. */
  get length(): number {
    return this.#next
  }

  /** The number of the next entry. */
  number(): number {
    return this.#next++
  }

  /** Notes what is durable. */
  note({ kind, key, value }: Entry): void {
    if (kind === 'timer') this.timers.set(key, Number(value))
    else if (kind === 'told') this.told.add(key)
  }

  /** Says whether the key is asked for the first time. */
  isFirst(key: string): boolean {
    if (this.#manyAsked) {
      const before = this.#manyAsked.size
      return this.#manyAsked.add(key).size > before
    }
    if (this.#asked.includes(key)) return false
    if (this.#asked.push(key) === fewAsked) this.#manyAsked = new Set(this.#asked)
    return true
  }
}
