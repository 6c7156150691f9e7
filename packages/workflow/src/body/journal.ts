import type { Entry } from '../run/run.ts'

/** The entries of a run, in their order, with the number of the last one. */
export interface RecordedEntries {
  readonly entries: readonly Entry[]
  readonly last: number
}

/** What a process keeps of a journal beside its entries: timers, keys that were asked for, and what is to be recorded next. */
export class Journal {
  /** When timers end that were written down, by key. */
  readonly timers = new Map<string, number>()
  /** Children that were asked to end because the run was, by the key under which they are waited for. */
  readonly told = new Set<string>()
  /** Entries that are to be made durable with whatever is next. */
  readonly buffer: Entry[] = []
  readonly #asked = new Set<string>()
  #next: number

  constructor({ entries, last }: RecordedEntries) {
    this.#next = last + 1
    for (const entry of entries) this.note(entry)
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
    const before = this.#asked.size
    return this.#asked.add(key).size > before
  }
}
