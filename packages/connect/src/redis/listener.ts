import type { Redis } from 'ioredis'

/** Hears what is published, and knows when it does not. */
export interface Listener {
  /** Whether everything that is published now is heard. */
  readonly isHearing: boolean
  /**
   * Hears a channel from the moment on at which the promise resolves. While the server is away it resolves at once, and
   * the channel is heard from its return on.
   *
   * @param missed runs when something may have been published and not heard
   * @returns the way to stop
   */
  hear(channel: string, listener: (payload: string) => void, missed: () => void): Promise<() => void>
  close(): void
}

interface Hearer {
  readonly listener: (payload: string) => void
  readonly missed: () => void
}

/** Listens on a connection of its own. Both losing the connection and having it back count as missed. */
export async function createListener(redis: Redis): Promise<Listener> {
  const channels = new Map<string, Set<Hearer>>()
  let isHearing = false
  const missAll = () => {
    for (const hearers of channels.values()) for (const { missed } of hearers) missed()
  }
  const resume = async () => {
    if (channels.size > 0) await redis.subscribe(...channels.keys())
    isHearing = true
    missAll()
  }
  redis.on('message', (channel: string, payload: string) => {
    for (const { listener } of channels.get(channel) ?? []) listener(payload)
  })
  redis.on('ready', () => void resume().catch(() => undefined))
  redis.on('close', () => {
    isHearing = false
    missAll()
  })
  await redis.connect().catch(() => undefined)

  return {
    get isHearing() {
      return isHearing
    },
    async hear(channel, listener, missed) {
      const hearer = { listener, missed }
      const hearers = channels.get(channel) ?? new Set()
      channels.set(channel, hearers.add(hearer))
      // Away, the return subscribes to whatever is asked for by then.
      if (redis.status === 'ready') await redis.subscribe(channel).catch(() => undefined)
      return () => {
        hearers.delete(hearer)
        if (hearers.size > 0 || channels.get(channel) !== hearers) return
        channels.delete(channel)
        if (redis.status === 'ready') void redis.unsubscribe(channel).catch(() => undefined)
      }
    },
    close: () => redis.disconnect(),
  }
}
