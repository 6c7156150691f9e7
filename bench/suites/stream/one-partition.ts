import { defineSource, type PartitionReader, type Source } from '@heddle/stream'
import { z } from 'zod'

/** A source with one partition, each time it is opened read by another reader. */
export const onePartition = (name: string, bounded: boolean, reader: () => PartitionReader): Source =>
  defineSource({
    name,
    summary: 'Records in memory',
    config: z.object({}),
    examples: [{}],
    create: () => ({
      kind: name,
      bounded,
      guarantees: { replays: true, ordered: true },
      describe: () => ({}),
      open: () => ({ partitions: () => ['0'], openPartition: reader, close() {} }),
    }),
  }).create({})
