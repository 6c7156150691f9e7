import type { Compression } from './compression.ts'
import type { EncodedRecords } from './record-batch.ts'
import type { Frame } from './frame.ts'
import type { LogRecord } from './log-record.ts'

/**
 * Partitioned, ordered storage. What is appended to a partition of a topic gets offsets, is durable before it is
 * acknowledged, and is read again from any offset that retention has left.
 */
export interface Log {
  /** The driver, e.g. `embedded`. */
  readonly name: string
  /** What the driver promises, as data. */
  readonly guarantees: LogGuarantees
  /**
   * Makes a topic, or opens it where it exists with the same settings.
   *
   * @throws {Failure} TopicExists
   * @throws {Defect} InvalidDefinition
   */
  createTopic(name: string, options?: TopicOptions): Promise<Topic>
  /** @throws {Failure} UnknownTopic, LogDamaged */
  openTopic(name: string): Promise<Topic>
  /** All topics, by name. */
  topics(): Promise<readonly TopicDescription[]>
  /** Removes a topic with its records. @throws {Failure} UnknownTopic */
  removeTopic(name: string): Promise<void>
  /** Writes what was accepted, refuses what comes later. */
  close(): Promise<void>
}

/** What a driver of the log promises. */
export interface LogGuarantees {
  /** What an acknowledged record survives. */
  readonly survives: 'power loss' | 'process death' | 'nothing'
  /** Whether it drops what a producer sends twice, by the producer's own count and without a limit in time. */
  readonly dropsRepeats: boolean
  /** Whether it refuses a producer once one of the same id and a higher epoch has written. */
  readonly fencesProducers: boolean
  /** Whether more than one process may have it open. */
  readonly shared: boolean
}

/** How a topic is kept. */
export interface TopicOptions {
  /** Parallel lanes; never changed afterwards, as records would be found in other ones. @default 1 */
  readonly partitions?: number
  /** What is older or more than that, for each partition, is removed in whole segments. @default all is kept */
  readonly retention?: Retention
  /** Keeps the newest record of each key, at least. @default false */
  readonly compaction?: boolean
  /** How frames are stored. @default 'none' */
  readonly compression?: Compression
}

/** When records may go. */
export interface Retention {
  /** Counted from when they were appended, not from the time that they carry. */
  readonly maxAgeMs?: number
  /** For each partition, in bytes on the disk. */
  readonly maxBytes?: number
}

/** A topic and how it is kept. */
export interface TopicDescription {
  readonly name: string
  readonly partitions: number
  readonly retention: Retention
  readonly compaction: boolean
  readonly compression: Compression
}

/** A named part of a log. */
export interface Topic extends TopicDescription {
  /**
   * Appends a frame; it is durable when this settles. The frame's bytes belong to the log until then. Frames of a partition
   * get their offsets in the order of the calls. Where too much waits to be written, it waits.
   *
   * @throws {Failure} UnknownPartition, ProducerFenced, SequenceGap, TooLarge, LimitReached, DiskFull, Unavailable, InvalidKey
   */
  append(partition: number, frame: NewFrame): Promise<Appended>
  /** @throws {Failure} UnknownPartition, OffsetOutOfRange, LogDamaged, Unavailable */
  read(partition: number, options: ReadOptions): Promise<LogRead>
  /** The offsets that can be read. @throws {Failure} UnknownPartition */
  offsets(partition: number): Promise<Offsets>
  /**
   * The offset of the first record whose time is not before `time`, or the next offset where there is none.
   *
   * @throws {Failure} UnknownPartition, LogDamaged
   */
  offsetAt(partition: number, time: number): Promise<number>
  /** Where a producer stands; undefined where it is not known. @throws {Failure} UnknownPartition */
  producer(partition: number, id: string): Promise<ProducerState | undefined>
  /** Removes what retention lets go and compacts what compaction may. It is also done by itself, now and then. */
  maintain(): Promise<Maintained>
}

/** What is appended at once: all of it is there afterwards, or nothing. */
export interface NewFrame {
  /** Records, or records that were encoded as they came: the cheaper way. Without any, the frame tells its watermark alone. */
  readonly records: readonly LogRecord[] | EncodedRecords
  /** Who sends it. Without one, what is sent twice is there twice. */
  readonly producer?: Producer
  /** No record that this producer appends later has an earlier time; UTC, milliseconds. */
  readonly watermark?: number
}

/** Who appends, and where it stands: what makes sending again harmless. */
export interface Producer {
  /** The same one after a restart, e.g. `flights.Delays/perAirport/0`. At most 255 bytes. */
  readonly id: string
  /** Grows with each life of the producer, e.g. a fencing token or the number of a checkpoint. An older one is refused. */
  readonly epoch: number
  /** The number of the frame's first record. Records are counted, not frames, so that batches may be cut differently when they are sent again. */
  readonly sequence: number
  /** Whether the count goes on over epochs. @default false, it begins with 0 in each */
  readonly continues?: boolean
}

/** Where a producer stands in a partition. */
export interface ProducerState {
  readonly epoch: number
  /** The number of the next record. */
  readonly next: number
}

/** What became of a frame. */
export interface Appended {
  /** Of the first record that was appended now; where none was, the next offset of the partition. */
  readonly offset: number
  /** Records that were appended now. */
  readonly count: number
  /** Records that were dropped because they are there already. */
  readonly repeated: number
}

/** Offsets of a partition. */
export interface Offsets {
  /** The first one that can be read. */
  readonly earliest: number
  /** The one that the next record gets. */
  readonly next: number
}

/** What is read. */
export interface ReadOptions {
  /** An offset; `latest` is what comes from now on. */
  readonly from: number | 'earliest' | 'latest'
  /** At least one. @default no limit but that of the bytes */
  readonly maxRecords?: number
  /** Frames are read until they have so many bytes; one frame is always given. @default 1 MiB */
  readonly maxBytes?: number
  /** Where nothing is there yet, waits until something is; nothing is given when the signal aborts first. */
  readonly wait?: AbortSignal
}

/** What was read. */
export interface LogRead {
  readonly frames: readonly Frame[]
  /** Where to read on. */
  readonly next: number
  /** The next offset of the partition as it was then: `end - next` is how far the reader lies behind. */
  readonly end: number
}

/** What maintaining a topic has done. */
export interface Maintained {
  /** Segments that were removed by retention. */
  readonly removedSegments: number
  /** Records that were removed by compaction. */
  readonly removedRecords: number
  /** Bytes that were freed by both. */
  readonly freedBytes: number
}
