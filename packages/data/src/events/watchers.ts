import type { Append } from '../database/event-feed.ts'
import type { Value } from '../database/table.ts'

interface Watcher {
  readonly wake: () => void
  readonly names: ReadonlySet<Value> | undefined
}

/** Who wants to know of new events in this process. */
export class EventWatchers {
  readonly #watchers = new Set<Watcher>()

  add(wake: () => void, names?: readonly string[]): () => void {
    const watcher: Watcher = { wake, names: names && new Set(names) }
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /** @param events those that are new. @default of any name */
  wake(events?: readonly Append[]): void {
    for (const { wake, names } of this.#watchers) {
      if (!names || !events || events.some(({ values }) => names.has(values[nameIndex]!))) wake()
    }
  }
}

/** Where the name stands behind the offset: tenant, id, name. */
const nameIndex = 2
