import { Defect } from '@heddle/core'
import type { Topic } from '../../log/log.ts'
import { JsonBatch, jsonDecoder } from '../json-batch.ts'
import type { PartitionReader, SourceBatch, SourceHost } from '../source.ts'
import { Waiting } from '../waiting.ts'

/** How a partition of a topic is read. */
export interface TopicReaderOptions {
  readonly topic: Topic
  readonly partition: number
  readonly from: 'earliest' | 'latest'
  /** Frames tell up to which time their one producer has given everything. */
  readonly watermarks: boolean
  /** Records may be withdrawn. */
  readonly changes: boolean
  readonly host: SourceHost
  readonly committed?: (offset: number) => void
}

interface Position {
  readonly next: number
  readonly watermark?: number
}

/** Reads records of a topic whose values are JSON. A position is an offset. */
export function topicReader(options: TopicReaderOptions, position: Position | undefined): PartitionReader {
  const { topic, partition, from, watermarks, changes, host, committed } = options
  const { signal } = host
  const decoder = jsonDecoder(host)
  const closing = new AbortController()
  const waiting = new Waiting(signal)
  const wait = AbortSignal.any([signal, closing.signal])
  let next: number | 'earliest' | 'latest' = position?.next ?? from
  let watermark = position?.watermark
  let behind: number | undefined
  let running: Promise<unknown> = Promise.resolve()

  const read = async (max: number): Promise<SourceBatch | undefined> => {
    for (;;) {
      if (waiting.isOver) return undefined
      const page = await topic.read(partition, { from: next, maxRecords: max, wait })
      if (waiting.isOver && page.frames.length === 0) return undefined
      next = page.next
      behind = page.end - page.next
      const batch = new JsonBatch()
      for (const frame of page.frames) {
        for (const cursor = frame.cursor(); cursor.next();) {
          const { value, key, offset, time, weight } = cursor
          const facts = {
            key: key === null ? null : String(key),
            origin: `${topic.name}/${partition}@${offset}`,
            time,
            weight,
          }
          if (weight === -1 && !changes) throw withdraws(host.job, facts.origin)
          if (value) batch.add(value, facts)
        }
        if (watermarks && frame.watermark !== undefined && frame.next <= next) {
          watermark = Math.max(watermark ?? -Infinity, frame.watermark)
        }
      }
      if (batch.size === 0 && page.frames.length === 0) continue
      const told = watermark === undefined ? {} : { watermark }
      return { ...batch.decode(decoder), ...told, position: { next, ...told } }
    }
  }

  return {
    read(max) {
      const reading = read(max)
      running = reading.catch(() => undefined)
      return reading
    },
    committed: (at) => committed?.((at as unknown as Position).next),
    lag: () => (behind === undefined ? undefined : { records: behind }),
    async close() {
      waiting.end()
      closing.abort()
      await running
    },
  }
}

const withdraws = (job: string, record: string) =>
  new Defect('InvalidDefinition', {
    name: `the source of ${job}`,
    reason: `the record ${record} withdraws another one, which its plan does not expect: say \`changes: true\``,
  })
