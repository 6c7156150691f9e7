import type { Frame } from '../../log/frame.ts'
import type { Log, NewFrame, Topic, TopicDescription } from '../../log/log.ts'
import type { CarriedFrame, LogDeeds } from './deeds.ts'

/**
 * Lets another thread use a log of this one.
 *
 * @param open opens the log, when it is used first
 * @param over nobody waits for records any more
 */
export function servedLog(open: () => Promise<Log>, over: AbortSignal): LogDeeds {
  const opened = new Map<string, Topic>()
  const waiting = new Map<number, AbortController>()
  const take = (topic: Topic): TopicDescription => {
    opened.set(topic.name, topic)
    const { name, partitions, retention, compaction, compression } = topic
    return { name, partitions, retention, compaction, compression }
  }
  const topic = (name: string) => opened.get(name)!

  return {
    async logFacts() {
      const { name, guarantees } = await open()
      return { name, guarantees }
    },
    createTopic: async (name, options) => take(await (await open()).createTopic(name, options)),
    openTopic: async (name) => take(await (await open()).openTopic(name)),
    topics: async () => (await open()).topics(),
    removeTopic: async (name) => (await open()).removeTopic(name),
    append: async (name, partition, frame) => topic(name).append(partition, withBuffers(frame)),
    async readTopic(name, partition, options, waits) {
      const stop = new AbortController()
      if (waits !== undefined) waiting.set(waits, stop)
      try {
        const wait = waits === undefined ? {} : { wait: AbortSignal.any([stop.signal, over]) }
        const { frames, next, end } = await topic(name).read(partition, { ...options, ...wait })
        return { frames: frames.map(carried), next, end }
      } finally {
        if (waits !== undefined) waiting.delete(waits)
      }
    },
    waitsNoMore: (waits) => waiting.get(waits)?.abort(),
    offsets: async (name, partition) => topic(name).offsets(partition),
    offsetAt: async (name, partition, time) => topic(name).offsetAt(partition, time),
    producer: async (name, partition, id) => topic(name).producer(partition, id),
    maintain: async (name) => topic(name).maintain(),
  }
}

/** A copy takes all of the memory that bytes are a view on with it: so they get memory of their own first. */
function carried(frame: Frame): CarriedFrame {
  const [facts, held, count] = frame.parts()
  return [facts, { ...held, bytes: ownBytes(held.bytes) as Buffer }, count]
}

const ownBytes = (bytes: Uint8Array): Uint8Array => Uint8Array.prototype.slice.call(bytes)

/** Bytes arrive as plain arrays. */
function withBuffers(frame: NewFrame): NewFrame {
  const { records } = frame
  return 'bytes' in records ? { ...frame, records: { ...records, bytes: Buffer.from(records.bytes.buffer) } } : frame
}
