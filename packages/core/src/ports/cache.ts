import type { Clock } from './clock.ts'
import type { Maybe } from './maybe.ts'

/** Remembers values for a while. */
export interface Cache {
  get(key: string): Maybe<unknown>
  set(key: string, value: unknown, options: { ttlMs: number }): Maybe<void>
  delete(key: string): Maybe<void>
}

/** A bounded cache in this process: the least recently used entry leaves first. */
export function memoryCache(clock: Clock, limit = 10_000): Cache {
  const entries = new Map<string, { value: unknown; expiresAtMs: number }>()
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      if (entry.expiresAtMs <= clock.now()) return undefined
      entries.set(key, entry) // Moved to the end: a Map keeps the order of insertion.
      return entry.value
    },
    set(key, value, { ttlMs }) {
      entries.delete(key)
      entries.set(key, { value, expiresAtMs: clock.now() + ttlMs })
      if (entries.size > limit) entries.delete(entries.keys().next().value!)
    },
    delete: (key) => void entries.delete(key),
  }
}
