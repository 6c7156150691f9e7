import { join } from 'node:path'
import type { Appended, LogRead, Maintained, NewFrame, Offsets, ProducerState, ReadOptions, Topic } from '../log.ts'
import type { TopicDescription } from '../log.ts'
import { checkPartition } from '../topic-options.ts'
import type { EmbeddedLogOptions } from './embedded-log.ts'
import { Partition } from './partition.ts'
import type { PartitionOptions } from './partition-options.ts'

const dayMs = 24 * 60 * 60 * 1000
const mebibyte = 1024 * 1024
/** However little a topic keeps, smaller ones would be more files than worth it. */
const leastBytes = 64 * 1024

/** What the topics of a log share. */
type Shared = Pick<EmbeddedLogOptions, 'segmentBytes' | 'segmentMs' | 'tombstoneMs' | 'compactionKeys'> &
  Pick<PartitionOptions, 'folder' | 'files' | 'clock' | 'lines' | 'limits' | 'budget'>

/** A topic whose partitions are open. */
export class EmbeddedTopic implements Topic {
  readonly name: string
  readonly partitions: number
  readonly retention: TopicDescription['retention']
  readonly compaction: boolean
  readonly compression: TopicDescription['compression']
  declare private readonly lanes: readonly Partition[]

  private constructor(topic: TopicDescription, lanes: readonly Partition[]) {
    this.name = topic.name
    this.partitions = topic.partitions
    this.retention = topic.retention
    this.compaction = topic.compaction
    this.compression = topic.compression
    this.lanes = lanes
  }

  /** @throws {Failure} LogDamaged */
  static async open(shared: Shared, topic: TopicDescription): Promise<EmbeddedTopic> {
    const { maxAgeMs = Infinity, maxBytes = Infinity } = topic.retention
    // Whole segments are removed, so they must be a part of what is kept.
    const segmentBytes = Math.min(shared.segmentBytes ?? 64 * mebibyte, Math.max(leastBytes, Math.ceil(maxBytes / 8)))
    const segmentMs = Math.min(shared.segmentMs ?? dayMs, Math.ceil(maxAgeMs / 8))
    const { tombstoneMs = dayMs, compactionKeys = 1_000_000 } = shared
    const lanes: Partition[] = []
    try {
      for (let partition = 0; partition < topic.partitions; partition++) {
        const folder = join(shared.folder, topic.name, String(partition))
        const sizes = { segmentBytes, segmentMs, tombstoneMs, compactionKeys }
        lanes.push(await Partition.open({ ...shared, ...sizes, topic, partition, folder }))
      }
    } catch (thrown) {
      await Promise.all(lanes.map((lane) => lane.close(thrown)))
      throw thrown
    }
    return new EmbeddedTopic(topic, lanes)
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

  maintain(): Promise<Maintained> {
    return this.maintainLanes(false)
  }

  /** What is done now and then: only what pays. */
  async maintainAtTimes(): Promise<void> {
    await this.maintainLanes(true)
  }

  private async maintainLanes(worthwhile: boolean): Promise<Maintained> {
    const sum = { removedSegments: 0, removedRecords: 0, freedBytes: 0 }
    for (const lane of this.lanes) {
      const { removedSegments, removedRecords, freedBytes } = await lane.maintain(worthwhile)
      sum.removedSegments += removedSegments
      sum.removedRecords += removedRecords
      sum.freedBytes += freedBytes
    }
    return sum
  }

  /** @param cause what calls that wait end with */
  async close(cause: unknown): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close(cause)))
  }

  private lane(partition: number): Partition {
    checkPartition(this, partition)
    return this.lanes[partition]!
  }
}
