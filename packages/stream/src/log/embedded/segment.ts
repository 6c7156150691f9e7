import type { FrameHead } from '../frame-codec.ts'

/** A place in a segment: the offset of a frame, its byte, and the latest time of the records before it. */
export type IndexEntry = readonly [offset: number, byte: number, before: number | null]

/** What is kept beside a sealed segment, so that it need not be read when the log is opened. */
export interface SegmentIndex {
  readonly format: 1
  readonly sizeBytes: number
  /** The offset behind its last one. */
  readonly next: number
  /** Null where there are no records. */
  readonly maxTime: number | null
  /** When its first and its newest frame were appended. */
  readonly oldestAt: number | null
  readonly newestAt: number | null
  /** Whether each record of it is the newest of its key, as far as it was looked at: compacted once. */
  readonly compacted: boolean
  readonly entries: readonly IndexEntry[]
}

/** So many bytes lie between two places of the index. */
const entryBytes = 256 * 1024

/** A file of a partition: frames one after the other, and a sparse index of them in memory. */
export class Segment {
  readonly base: number
  readonly path: string
  /** Bytes that are durable; what lies behind is not there for readers. */
  sizeBytes: number
  next: number
  maxTime: number
  oldestAt: number | undefined
  newestAt: number | undefined
  compacted: boolean
  private entries: IndexEntry[]

  constructor(base: number, path: string, index?: SegmentIndex) {
    this.base = base
    this.path = path
    this.sizeBytes = index?.sizeBytes ?? 0
    this.next = index?.next ?? base
    this.maxTime = index?.maxTime ?? -Infinity
    this.oldestAt = index?.oldestAt ?? undefined
    this.newestAt = index?.newestAt ?? undefined
    this.compacted = index?.compacted ?? false
    this.entries = index ? [...index.entries] : []
  }

  /** Takes in the frame that lies at the end of it. */
  note({ base, span, maxTime, appendedAt }: FrameHead, length: number): void {
    const last = this.entries.at(-1)
    if (last === undefined || this.sizeBytes - last[1] >= entryBytes) {
      this.entries.push([base, this.sizeBytes, timeOrNull(this.maxTime)])
    }
    this.sizeBytes += length
    this.next = base + span
    if (maxTime > this.maxTime) this.maxTime = maxTime
    this.oldestAt ??= appendedAt
    this.newestAt = appendedAt
  }

  /** A byte at which a frame begins, at or before the one that has the offset. */
  byteOf(offset: number): number {
    return this.entries.findLast(([first]) => first <= offset)?.[1] ?? 0
  }

  /** A byte at which a frame begins, at or before the first one with a record that is not before the time. */
  byteAtTime(time: number): number {
    return this.entries.findLast(([, , before]) => (before ?? -Infinity) < time)?.[1] ?? 0
  }

  index(): SegmentIndex {
    const { sizeBytes, next, compacted, entries } = this
    return {
      format: 1,
      sizeBytes,
      next,
      maxTime: timeOrNull(this.maxTime),
      oldestAt: this.oldestAt ?? null,
      newestAt: this.newestAt ?? null,
      compacted,
      entries: [...entries],
    }
  }
}

const timeOrNull = (time: number) => (Number.isFinite(time) ? time : null)

const nameForm = /^(\d{20})\.log$/

/** The name of the file of a segment, without its ending. */
export const segmentName = (base: number): string => String(base).padStart(20, '0')

/** The offset at which a file begins, by its name; undefined where it is no segment. */
export function baseOf(file: string): number | undefined {
  const digits = nameForm.exec(file)?.[1]
  return digits === undefined ? undefined : Number(digits)
}
