import type { StoredRecord } from './log-record.ts'
import { type RecordBytes, RecordCursor } from './record-cursor.ts'

/** What a frame says of itself, beside its records. */
export interface FrameFacts {
  readonly producer?: FrameProducer
  /** No record that its producer appends later has an earlier time. */
  readonly watermark?: number
  /** When it was appended, by the clock of the log: UTC, milliseconds. */
  readonly appendedAt: number
  /** The earliest and latest time of its records; `Infinity` and `-Infinity` where there are none. */
  readonly minTime: number
  readonly maxTime: number
}

/** Who appended a frame. */
export interface FrameProducer {
  readonly id: string
  readonly epoch: number
  /** The number of the first record that the frame was appended with. */
  readonly sequence: number
}

/** An encoded batch of records as it was read: those from the offset that was asked for, up to as many as were asked for. */
export class Frame {
  readonly producer: FrameProducer | undefined
  /** Told with the last records of the frame, as it speaks of what comes after them. */
  readonly watermark: number | undefined
  readonly appendedAt: number
  readonly minTime: number
  readonly maxTime: number
  declare private readonly held: RecordBytes
  /** How many records are given. */
  readonly count: number

  constructor({ producer, watermark, appendedAt, minTime, maxTime }: FrameFacts, held: RecordBytes, count: number) {
    this.producer = producer
    this.watermark = watermark
    this.appendedAt = appendedAt
    this.minTime = minTime
    this.maxTime = maxTime
    this.held = held
    this.count = count
  }

  /** Where its offsets begin. */
  get offset(): number {
    return Math.max(this.held.base, this.held.from)
  }

  /** The offset behind it. */
  get next(): number {
    return this.held.to
  }

  /** What it is made of, to be made again, e.g. on another thread. */
  parts(): ConstructorParameters<typeof Frame> {
    const { producer, watermark, appendedAt, minTime, maxTime } = this
    return [{ producer, watermark, appendedAt, minTime, maxTime }, this.held, this.count]
  }

  /** Walks through the records: the cheap way. */
  cursor(): RecordCursor {
    return new RecordCursor(this.held)
  }

  /** The records as objects; their bytes are views on those of the frame. */
  records(): StoredRecord[] {
    const records: StoredRecord[] = []
    for (const cursor = this.cursor(); cursor.next();) records.push(cursor.record())
    return records
  }
}
