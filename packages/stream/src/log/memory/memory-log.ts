import { type Clock, systemClock, systemFailure } from '@heddle/core'
import { type LogLimits, limitsOf } from '../limits.ts'
import type { Log, LogGuarantees } from '../log.ts'
import { checkSame, topicOf, unknownTopic } from '../topic-options.ts'
import { MemoryTopic } from './memory-topic.ts'

/** How a log in memory works. */
export interface MemoryLogOptions {
  /** @default that of the machine */
  readonly clock?: Clock
  readonly limits?: Pick<LogLimits, 'frameBytes' | 'producers' | 'producerIdleMs'>
  /** For so long a record that says that its key is gone is kept by compaction. @default one day */
  readonly tombstoneMs?: number
}

const guarantees: LogGuarantees = { survives: 'nothing', dropsRepeats: true, fencesProducers: true, shared: false }

/**
 * A log in memory, for tests and simulations: it lives as long as the process and waits for no disk.
 *
 * @example const log = createMemoryLog({ clock })
 */
export function createMemoryLog(options: MemoryLogOptions = {}): Log {
  const { clock = systemClock, tombstoneMs = 24 * 60 * 60 * 1000 } = options
  const limits = limitsOf(options.limits)
  const topics = new Map<string, MemoryTopic>()
  let isClosed = false
  const closed = () => systemFailure('Unavailable', { what: 'The log in memory, which is closed,' })
  const checkOpen = () => {
    if (isClosed) throw closed()
  }
  const find = (name: string): MemoryTopic => {
    checkOpen()
    const topic = topics.get(name)
    if (topic === undefined) throw unknownTopic(name, [...topics.keys()])
    return topic
  }
  return {
    name: 'memory',
    guarantees,
    async createTopic(name, asked) {
      checkOpen()
      const wanted = topicOf(name, asked)
      const there = topics.get(name)
      if (there) checkSame(there.describe(), wanted)
      const topic = there ?? new MemoryTopic(wanted, { clock, limits, tombstoneMs })
      topics.set(name, topic)
      return topic
    },
    openTopic: async (name) => find(name),
    async topics() {
      checkOpen()
      const all = [...topics.values()].map((topic) => topic.describe())
      return all.toSorted((one, other) => (one.name < other.name ? -1 : 1))
    },
    async removeTopic(name) {
      const topic = find(name)
      topics.delete(name)
      topic.close(unknownTopic(name, [...topics.keys()]))
    },
    async close() {
      isClosed = true
      for (const topic of topics.values()) topic.close(closed())
    },
  }
}
