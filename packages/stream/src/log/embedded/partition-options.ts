import type { Clock, Log as LineLog } from '@heddle/core'
import type { ByteBudget } from '../byte-budget.ts'
import type { LogLimits } from '../limits.ts'
import type { TopicDescription } from '../log.ts'
import type { LogFiles } from './files.ts'

/** What a partition of the embedded log works with. */
export interface PartitionOptions {
  readonly topic: TopicDescription
  readonly partition: number
  /** Where its segments lie. */
  readonly folder: string
  readonly files: LogFiles
  readonly clock: Clock
  readonly lines: LineLog
  readonly budget: ByteBudget
  readonly limits: Required<LogLimits>
  /** A segment that has so many bytes is sealed. */
  readonly segmentBytes: number
  /** A segment whose first frame is so old is sealed. */
  readonly segmentMs: number
  /** For so long a record that says that its key is gone is kept by compaction. */
  readonly tombstoneMs: number
  /** Keys that compaction holds in memory at a time. */
  readonly compactionKeys: number
}

/** How a partition is called in errors. */
export const placeOf = ({ topic, partition }: Pick<PartitionOptions, 'topic' | 'partition'>) =>
  `${topic.name}/${partition}`
