import type { Notices } from '@heddle/core'
import { assertShort } from './notices.ts'

/** Notices within one process, for an engine that a single process has open. */
export function localNotices(): Notices {
  const topics = new Map<string, Set<{ readonly hear: (payload: string) => void }>>()
  return {
    publish(topic, payload) {
      assertShort(payload)
      const listeners = [...(topics.get(topic) ?? [])]
      // Later, so that a publisher is not called back before it goes on.
      queueMicrotask(() => {
        for (const listener of listeners) if (topics.get(topic)?.has(listener)) listener.hear(payload)
      })
    },
    subscribe(topic, hear) {
      const listener = { hear }
      const listeners = topics.get(topic) ?? new Set()
      topics.set(topic, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic)
      }
    },
  }
}
