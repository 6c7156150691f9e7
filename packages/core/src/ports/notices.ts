import type { Maybe } from './maybe.ts'

/**
 * Short notices to every process of the app, this one included: soon, and at most once. A notice is a hint that something
 * changed and never the only copy of a fact. A database provides it where several processes share one.
 */
export interface Notices {
  /** @param payload at most 7,000 bytes */
  publish(topic: string, payload: string): Maybe<void>
  /**
   * Answers with the way to stop.
   *
   * @param options.missed runs when notices may have been missed: whoever relies on them starts afresh
   */
  subscribe(
    topic: string,
    listener: (payload: string) => void,
    options?: { readonly missed?: () => void },
  ): Maybe<() => void>
}

/** Notices within this process alone. */
export function memoryNotices(): Notices {
  const topics = new Map<string, Set<(payload: string) => void>>()
  return {
    publish(topic, payload) {
      for (const listener of topics.get(topic) ?? []) listener(payload)
    },
    subscribe(topic, listener) {
      const own = (payload: string) => listener(payload)
      const listeners = topics.get(topic) ?? new Set()
      topics.set(topic, listeners.add(own))
      return () => void listeners.delete(own)
    },
  }
}
