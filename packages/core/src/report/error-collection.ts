import { after, type Hook, type HookEvent } from '../call/hooks.ts'
import { type ErrorField, type ErrorGroup, groupErrors } from './error-groups.ts'
import { type ErrorQuery, matches } from './error-query.ts'
import { type ErrorRecord, recordOf } from './error-record.ts'

/** Failures of many calls, oldest first. */
export interface ErrorCollection extends Iterable<ErrorRecord> {
  readonly size: number
  /** How many older ones made place for newer ones. */
  readonly dropped: number
  /** Put them among the `hooks` of an app, a domain or a command: they collect what its calls end with. */
  readonly hooks: readonly Hook[]
  add(record: ErrorRecord): void
  /** Those that fit, as a collection of their own. */
  query(query: ErrorQuery): ErrorCollection
  /** @default by: ['key', 'command'] */
  groupBy(...by: ErrorField[]): ErrorGroup[]
  clear(): void
}

/**
 * Creates a collection of the newest failures.
 *
 * @param options `limit`: how many are kept, 10,000 by default
 * @example
 * const errors = createErrorCollection()
 * const shop = app('shop', { parts, hooks: errors.hooks })
 * errors.query({ command: 'shop.*', category: 'runtime' }).groupBy('code')
 */
export function createErrorCollection({ limit = 10_000 }: { readonly limit?: number } = {}): ErrorCollection {
  let records: ErrorRecord[] = []
  let dropped = 0

  const collect = (event: HookEvent) => {
    if (!event.outermost || !event.outcome || event.outcome.ok) return
    for (const failure of event.outcome.errors) collection.add(recordOf(event, failure))
  }
  const collection: ErrorCollection = {
    get size() {
      return Math.min(records.length, limit)
    },
    get dropped() {
      return dropped + Math.max(0, records.length - limit)
    },
    hooks: [after('failed', collect), after('errored', collect)],
    add(record) {
      records.push(record)
      // Twice the limit before it is cut, so that adding costs the same however many there are.
      if (records.length < limit * 2) return
      dropped += records.length - limit
      records = records.slice(-limit)
    },
    query(query) {
      const found = createErrorCollection({ limit: Infinity })
      for (const record of collection) if (matches(record, query)) found.add(record)
      return found
    },
    groupBy: (...by) => groupErrors(collection, by.length > 0 ? by : ['key', 'command']),
    clear() {
      records = []
      dropped = 0
    },
    [Symbol.iterator]: () => records.slice(records.length - collection.size)[Symbol.iterator](),
  }
  return collection
}
