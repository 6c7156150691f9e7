import type { SinkRecord } from '../sink.ts'
import { type RowKey, rowKeyText } from '../table/row-key.ts'
import { isSameRecord } from '../table/same-row.ts'
import { isOutdated } from '../table/window-order.ts'

/** A value that is shown, and under which key. */
export interface ShownRow {
  readonly key: string
  readonly value: unknown
}

/** What became of a view since it was told last. */
export interface ViewChange {
  readonly set: readonly ShownRow[]
  /** The keys of rows that are there no more. */
  readonly gone: readonly string[]
}

/** The newest value of each key, for who looks and for who watches. */
export class LiveView {
  /** How many keys are held; the one that was set longest ago goes first. */
  readonly limit: number
  // In the order in which they were set.
  readonly #rows = new Map<string, unknown>()
  readonly #watchers = new Set<(keys: Iterable<string>) => void>()

  constructor(limit: number) {
    this.limit = limit
  }

  get size(): number {
    return this.#rows.size
  }

  /** Takes records, and tells those who watch. */
  take(how: RowKey, records: readonly SinkRecord[]): void {
    const touched = this.#watchers.size === 0 ? undefined : new Set<string>()
    let following: string | undefined
    for (let at = 0; at < records.length; at++) {
      const record = records[at]!
      const key: string = following ?? rowKeyText(how, record)
      following = undefined
      if (record.weight === 1) {
        if (isOutdated(how, record.value, this.#rows.get(key))) continue
        this.#rows.delete(key)
        this.#rows.set(key, record.value)
      } else {
        // What is told anew at once need not be compared with what is withdrawn.
        const next = records[at + 1]
        if (next?.weight === 1) following = rowKeyText(how, next)
        const isReplaced = following === key && !isOutdated(how, next!.value, record.value)
        if (!isReplaced && isSameRecord(this.#rows.get(key), record.value)) this.#rows.delete(key)
      }
      touched?.add(key)
    }
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= this.limit) break
      this.#rows.delete(oldest)
      touched?.add(oldest)
    }
    if (touched && touched.size > 0) for (const watcher of this.#watchers) watcher(touched)
  }

  /** The rows, the newest first. */
  rows(limit: number): ShownRow[] {
    const all = [...this.#rows].map(([key, value]) => ({ key, value }))
    return all.reverse().slice(0, limit)
  }

  /** Shows what another view has, from one moment to the next. */
  adopt(other: LiveView): void {
    const touched = new Set([...this.#rows.keys(), ...other.#rows.keys()])
    this.#rows.clear()
    for (const [key, value] of other.#rows) this.#rows.set(key, value)
    for (const watcher of this.#watchers) watcher(touched)
  }

  /** Forgets everything: the job begins anew. */
  clear(): void {
    const keys = [...this.#rows.keys()]
    this.#rows.clear()
    for (const watcher of this.#watchers) watcher(keys)
  }

  /** Calls back after each change. @returns the way to stop */
  onChange(changed: () => void): () => void {
    const watcher = () => changed()
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /**
   * All rows, and then what changes. Who is slow is told of several changes at once: of each row as it is then.
   *
   * @param signal ends it
   */
  async *watch(signal: AbortSignal): AsyncGenerator<ViewChange, void> {
    let dirty = new Set<string>(this.#rows.keys())
    let wake = () => {}
    const watcher = (keys: Iterable<string>) => {
      for (const key of keys) dirty.add(key)
      wake()
    }
    const onAbort = () => wake()
    this.#watchers.add(watcher)
    signal.addEventListener('abort', onAbort)
    try {
      for (let isFirst = true; !signal.aborted; isFirst = false) {
        if (dirty.size === 0 && !isFirst) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
          continue
        }
        const keys = dirty
        dirty = new Set()
        yield this.#changeOf(keys)
      }
    } finally {
      this.#watchers.delete(watcher)
      signal.removeEventListener('abort', onAbort)
    }
  }

  #changeOf(keys: ReadonlySet<string>): ViewChange {
    const set: ShownRow[] = []
    const gone: string[] = []
    for (const key of keys) {
      if (this.#rows.has(key)) set.push({ key, value: this.#rows.get(key) })
      else gone.push(key)
    }
    return { set, gone }
  }
}
