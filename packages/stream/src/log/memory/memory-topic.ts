import type { Clock } from '@heddle/core'
import type { LogLimits } from '../limits.ts'
import type { Appended, LogRead, Maintained, NewFrame, Offsets, ProducerState, ReadOptions, Topic } from '../log.ts'
import type { TopicDescription } from '../log.ts'
import { checkPartition } from '../topic-options.ts'
import { MemoryPartition } from './memory-partition.ts'

/** What the topics of a log in memory share. */
export interface MemoryTopicOptions {
  readonly clock: Clock
  readonly limits: Required<LogLimits>
  readonly tombstoneMs: number
}

/** A topic in memory. */
export class MemoryTopic implements Topic {
  readonly name: string
  readonly partitions: number
  readonly retention: TopicDescription['retention']
  readonly compaction: boolean
  readonly compression: TopicDescription['compression']
  declare private readonly lanes: readonly MemoryPartition[]

  constructor(topic: TopicDescription, options: MemoryTopicOptions) {
    this.name = topic.name
    this.partitions = topic.partitions
    this.retention = topic.retention
    this.compaction = topic.compaction
    this.compression = topic.compression
    this.lanes = Array.from(
      { length: topic.partitions },
      (_, partition) => new MemoryPartition(topic, `${topic.name}/${partition}`, options),
    )
  }

  describe(): TopicDescription {
    const { name, partitions, retention, compaction, compression } = this
    return { name, partitions, retention, compaction, compression }
  }

  async append(partition: number, frame: NewFrame): Promise<Appended> {
    return this.lane(partition).append(frame)
  }

  async read(partition: number, options: ReadOptions): Promise<LogRead> {
    return this.lane(partition).read(options)
  }

  async offsets(partition: number): Promise<Offsets> {
    return this.lane(partition).offsets()
  }

  async offsetAt(partition: number, time: number): Promise<number> {
    return this.lane(partition).offsetAt(time)
  }

  async producer(partition: number, id: string): Promise<ProducerState | undefined> {
    return this.lane(partition).producer(id)
  }

  async maintain(): Promise<Maintained> {
    const all = this.lanes.map((lane) => lane.maintain())
    const sum = (field: keyof Maintained) => all.reduce((total, each) => total + each[field], 0)
    return {
      removedSegments: sum('removedSegments'),
      removedRecords: sum('removedRecords'),
      freedBytes: sum('freedBytes'),
    }
  }

  /** @param cause what calls end with from now on */
  close(cause: unknown): void {
    for (const lane of this.lanes) lane.close(cause)
  }

  private lane(partition: number): MemoryPartition {
    checkPartition(this, partition)
    return this.lanes[partition]!
  }
}
