import type { Log, Timers } from '@heddle/core'

/** Tags that could not be forgotten yet. */
export interface Owed {
  /** Whether there are none. */
  readonly isPaid: boolean
  add(tags: readonly string[]): void
  /** Forgets them, trying again until it works. */
  pay(): void
  stop(): void
}

/** How many tags are remembered (limit `redis.owed`). */
const owedLimit = 100_000
/** How many are forgotten at a time. */
const batch = 500
const retryMs = 500

/** Remembers in this process which tags a server that is away has to forget. */
export function createOwed(forget: (tags: readonly string[]) => Promise<void>, timers: Timers, log: Log): Owed {
  const tags = new Set<string>()
  let isPaying = false
  let stopped = false

  const pay = async (): Promise<void> => {
    if (isPaying || stopped) return
    isPaying = true
    try {
      while (tags.size > 0) {
        const some = [...tags].slice(0, batch)
        await forget(some)
        for (const tag of some) tags.delete(tag)
      }
    } catch {
      if (!stopped) timers.after(retryMs, () => void pay(), { background: true })
    } finally {
      isPaying = false
    }
  }

  return {
    get isPaid() {
      return tags.size === 0
    },
    add(more) {
      let lost = 0
      for (const tag of more) {
        if (tags.size < owedLimit) tags.add(tag)
        else lost++
      }
      if (lost > 0)
        log.write('error', `${lost} tags more than the limit redis.owed allows are not forgotten before their time`)
      void pay()
    },
    pay: () => void pay(),
    stop: () => void (stopped = true),
  }
}
