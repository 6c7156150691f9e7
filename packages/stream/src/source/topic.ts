import { z } from 'zod'
import { defineSource } from './source.ts'
import { appLog, logOf } from './topic/app-log.ts'
import { topicReader } from './topic/topic-reader.ts'

const config = z.strictObject({
  topic: z.string().min(1),
  from: z.enum(['earliest', 'latest']).optional().describe('Where it begins the first time. @default earliest'),
  changes: z.boolean().optional().describe('Its records may be withdrawn by others (weight −1). @default false'),
  watermarks: z
    .boolean()
    .optional()
    .describe('Takes the watermarks that frames tell: only where a partition has one producer. @default false'),
})

/** What a topic source is told. */
export type TopicSourceConfig = z.output<typeof config>

/**
 * The kind of source `topic`: records of the log whose values are JSON, with their keys, times and weights. A record without
 * a value, which says that a key is gone, is passed over.
 */
export const topicSourceKind = defineSource<TopicSourceConfig>({
  name: 'topic',
  summary: 'The records of a topic of the log, from partitions, by offset',
  config,
  short: 'topic',
  examples: [{ topic: 'flights.Delays' }, { topic: 'orders', from: 'latest' }],
  create: (given) => ({
    kind: 'topic',
    bounded: false,
    tellsTimes: true,
    guarantees: { replays: true, ordered: true, rereads: given.from !== 'latest' },
    key: { kind: 'string', nullable: true },
    ...(given.changes === true && { emits: 'changes' as const }),
    how: ['from', 'watermarks'],
    describe: () => ({ ...given }),
    brings: () => ({ parts: [appLog] }),
    async open(host) {
      const topic = await (await logOf(host)).openTopic(given.topic)
      const { from = 'earliest', watermarks = false, changes = false } = given
      return {
        partitions: () => Array.from({ length: topic.partitions }, (_, partition) => String(partition)),
        openPartition: (partition, position) =>
          topicReader({ topic, partition: Number(partition), from, watermarks, changes, host }, position as never),
        async rereads(partition) {
          return !topic.compaction && (await topic.offsets(Number(partition))).earliest === 0
        },
        close() {},
      }
    },
  }),
})
