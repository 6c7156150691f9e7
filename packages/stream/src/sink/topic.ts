import { Defect } from '@heddle/core'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import type { Topic } from '../log/log.ts'
import { RecordBatch } from '../log/record-batch.ts'
import type { Key } from '../record/record.ts'
import { durationText, readDuration, readSize, sizeText } from '../source/settings.ts'
import { appLog, logOf } from '../source/topic/app-log.ts'
import { ndjsonText } from './file/encode.ts'
import { defineSink, type OpenSink, type SinkHost } from './sink.ts'

const config = z.strictObject({
  topic: z.string().min(1),
  partitions: z.int().min(1).max(1024).optional().describe('Of a topic that is not there yet. @default 1'),
  retention: z
    .strictObject({ maxAge: durationText.optional(), maxBytes: sizeText.optional() })
    .optional()
    .describe('How long records are kept, for each partition. @default for good'),
  compaction: z.boolean().optional().describe('Keeps the newest record of each key. @default false'),
  compression: z.enum(['none', 'gzip', 'zstd']).optional().describe("@default 'none'"),
})

/** What a topic sink is told. */
export type TopicSinkConfig = z.output<typeof config>

/**
 * The kind of sink `topic`: records of an epoch as frames that name producer, epoch and sequence, so that the log drops what
 * is sent again: exactly once. Records with the same key are in one partition, in order.
 */
export const topicSinkKind = defineSink<TopicSinkConfig>({
  name: 'topic',
  summary: 'Records into a topic of the log, which drops what is sent again',
  config,
  short: 'topic',
  examples: [{ topic: 'flights.Delays' }, { topic: 'orders', partitions: 4, retention: { maxAge: '7d' } }],
  create(given, _type, input) {
    if (given.compaction === true && input?.mayHaveKeys === false) {
      const reason =
        'with `compaction` it keeps the newest record of each key, and its records have none: add a step `keyBy` before it'
      throw new Defect('InvalidDefinition', { name: `the topic sink ${given.topic}`, reason })
    }
    return {
      kind: 'topic',
      delivery: 'transactional',
      accepts: 'changes',
      how: ['partitions'],
      describe: () => ({ topic: given.topic, partitions: given.partitions ?? 1 }),
      brings: () => ({ parts: [appLog] }),
      async open(host) {
        const log = await logOf(host)
        const { partitions = 1, retention, compaction = false, compression = 'none' } = given
        const kept = { maxAgeMs: readDuration(retention?.maxAge), maxBytes: readSize(retention?.maxBytes) }
        const topic = await log.createTopic(given.topic, { partitions, retention: kept, compaction, compression })
        return topicWriter(topic, host)
      },
    }
  },
})

function topicWriter(topic: Topic, { job, name }: SinkHost): OpenSink {
  const id = `${job}/${name}`
  const batches = Array.from({ length: topic.partitions }, () => new RecordBatch())
  /** How many records of the epoch at work went to each partition. */
  let sequences = batches.map(() => 0)
  let current = 0
  /** The newest epoch that is there as a whole, as far as this process knows. */
  let whole = 0

  return {
    async write(records, epoch, isLast = false) {
      if (epoch !== current) {
        current = epoch
        sequences = batches.map(() => 0)
      }
      for (const { value, key, time, weight, id: record } of records) {
        const text = keyText(key)
        const partition = batches.length === 1 ? 0 : crc32(text ?? record) % batches.length
        batches[partition]!.add(text, ndjsonText.line(value).slice(0, -1), time, weight)
      }
      const sent = batches.map(async (batch, partition) => {
        if (batch.count === 0) return
        const sequence = sequences[partition]!
        sequences[partition] = sequence + batch.count
        await topic.append(partition, { records: batch.take(), producer: { id, epoch, sequence } })
      })
      await Promise.all(sent)
      if (!isLast) return
      whole = Math.max(whole, epoch)
      current = 0
    },
    // The newest epoch of which the log has something may lack the rest; what it has of it is dropped when it is sent again.
    async epoch() {
      const states = await Promise.all(batches.map((_, partition) => topic.producer(partition, id)))
      return Math.max(whole, ...states.map((state) => (state?.epoch ?? 1) - 1))
    },
    close() {},
  }
}

const keyText = (key: Key | undefined): string | null => {
  if (key === undefined || key === null) return null
  return typeof key === 'string' ? key : JSON.stringify(key)
}
