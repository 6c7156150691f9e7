import type { Append } from '../database/event-feed.ts'
import type { Value } from '../database/table.ts'

interface Watcher {
  readonly wake: () => void
  readonly names: ReadonlySet<Value> | undefined
}

/** Who wants to know of new events in this process. */
export class EventWatchers {
  readonly #watchers = new Set<Watcher>()

  get size(): number {
    return this.#watchers.size
  }

  add(wake: () => void, names?: readonly string[]): () => void {
    const watcher: Watcher = { wake, names: names && new Set(names) }
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /** @param happened the names of those that are new. @default any */
  wake(happened?: readonly Value[]): void {
    for (const { wake, names } of this.#watchers) {
      if (!names || !happened || happened.some((name) => names.has(name))) wake()
    }
  }
}

/** The name of an event, which stands behind the offset, the tenant and the id. */
export const eventName = ({ values }: Append): Value => values[2]!
