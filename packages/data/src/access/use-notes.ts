import { type Clock, isPromise, type Log, type Maybe } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { KnownKey } from './principals.ts'
import { KeyRecord } from './records.ts'

/** How exactly the last use of a key is known: a write for each call would cost more than the call. */
export const useNotedMs = 60 * 60 * 1000

/**
 * Notes that a key was used, in the background. Nobody waits for it and nothing rests on it: a lost note is noted by
 * the next use.
 */
export function createUseNotes(database: Database, clock: Clock, log: Log): (key: KnownKey) => void {
  const noted = new WeakSet<KnownKey>()

  return (key) => {
    const now = clock.now()
    const { usedAt } = key.record
    if (noted.has(key) || (usedAt && now - usedAt.getTime() < useNotedMs)) return
    noted.add(key)
    const { table, codec } = KeyRecord
    const { tenant, record, version } = key
    const values = codec.encode({ ...record, usedAt: new Date(now) })
    const write = { kind: 'update', table, key: record.id, values, version } as const
    attempt(() => database.commit({ tenant, checks: [], writes: [write] }))
  }

  /** A conflict is no trouble: somebody else noted the use or changed the key, and the next read shows it. */
  function attempt(commit: () => Maybe<unknown>): void {
    const trouble = (thrown: unknown) =>
      log.write('warning', 'the use of an API key could not be noted', { reason: String((thrown as Error).message) })
    try {
      const committed = commit()
      if (isPromise(committed)) committed.catch(trouble)
    } catch (thrown) {
      trouble(thrown)
    }
  }
}
