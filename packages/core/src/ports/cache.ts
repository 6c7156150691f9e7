import type { Clock } from './clock.ts'
import type { Maybe } from './maybe.ts'

/** How an entry is kept. */
export interface CacheEntryOptions {
  readonly ttlMs: number
  /** Names under which entries are forgotten together. */
  readonly tags?: readonly string[]
}

/** Remembers JSON values for a while. What it holds may be gone at any time. */
export interface Cache {
  get(key: string): Maybe<unknown>
  set(key: string, value: unknown, options: CacheEntryOptions): Maybe<void>
  delete(key: string): Maybe<void>
  /** Forgets every entry that has one of the tags. */
  deleteTags(tags: readonly string[]): Maybe<void>
  /** Forgets what this process holds by itself, because it may have missed that a tag was forgotten elsewhere. */
  clear(): Maybe<void>
}

interface Entry {
  readonly value: unknown
  readonly expiresAtMs: number
  readonly tags: readonly string[]
}

/**
 * A bounded cache in this process: the least recently used entry leaves first. A `Map` keeps the order of insertion and
 * was as fast as lru-cache here, so it is not a library.
 */
export function memoryCache(clock: Clock, limit = 10_000): Cache {
  const entries = new Map<string, Entry>()
  const keysOfTag = new Map<string, Set<string>>()

  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      if (entry.expiresAtMs <= clock.now()) return void forget(key)
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, { ttlMs, tags = [] }) {
      forget(key)
      entries.set(key, { value, expiresAtMs: clock.now() + ttlMs, tags })
      for (const tag of tags) {
        let keys = keysOfTag.get(tag)
        if (!keys) keysOfTag.set(tag, (keys = new Set()))
        keys.add(key)
      }
      if (entries.size > limit) forget(entries.keys().next().value!)
    },
    delete: forget,
    deleteTags(tags) {
      for (const tag of tags) for (const key of keysOfTag.get(tag) ?? []) forget(key)
    },
    clear() {
      entries.clear()
      keysOfTag.clear()
    },
  }

  function forget(key: string): void {
    const entry = entries.get(key)
    if (!entry) return
    entries.delete(key)
    for (const tag of entry.tags) {
      const keys = keysOfTag.get(tag)
      keys?.delete(key)
      if (keys?.size === 0) keysOfTag.delete(tag)
    }
  }
}
