import { checkFrame } from '../check-frame.ts'
import type { Frame } from '../frame.ts'
import type { FrameHead } from '../frame-codec.ts'
import { viewOf } from '../frame-view.ts'
import { readBytes } from '../limits.ts'
import type { Appended, LogRead, Maintained, NewFrame, Offsets, ProducerState, ReadOptions } from '../log.ts'
import type { TopicDescription } from '../log.ts'
import { Producers } from '../producers.ts'
import { rangeOf } from '../range.ts'
import { dropFirst } from '../record-batch.ts'
import { RecordCursor } from '../record-cursor.ts'
import { sparseOf } from '../sparse.ts'
import { Waiters } from '../waiters.ts'
import type { MemoryTopicOptions } from './memory-topic.ts'

interface Held {
  readonly head: FrameHead
  readonly bytes: Buffer
}

/** A partition in memory: frames one after the other. Each of them is what a segment is on a disk. */
export class MemoryPartition {
  declare private readonly topic: TopicDescription
  declare private readonly place: string
  declare private readonly options: MemoryTopicOptions
  declare private readonly producers: Producers
  private readonly waiters = new Waiters()
  private frames: Held[] = []
  private earliest = 0
  private next = 0
  private closed: unknown

  constructor(topic: TopicDescription, place: string, options: MemoryTopicOptions) {
    this.topic = topic
    this.place = place
    this.options = options
    const { producers: limit, producerIdleMs: idleMs } = options.limits
    this.producers = new Producers({ place, limit, idleMs })
  }

  append(frame: NewFrame): Appended {
    this.checkOpen()
    const { clock, limits } = this.options
    const { producer, watermark } = frame
    const records = checkFrame(frame, this.topic, limits)
    const appendedAt = clock.now()
    const offset = this.next
    const known = producer && this.producers.take(producer, records.count, appendedAt, watermark)
    this.producers.keep()
    const repeated = known?.repeated ?? 0
    if (repeated > 0 && repeated === records.count && !known!.tellsMore) return { offset, count: 0, repeated }
    const { count, bytes, minTime, maxTime } = repeated > 0 ? dropFirst(records, repeated) : records
    const head: FrameHead = {
      compression: 'none',
      sparse: false,
      count,
      rawBytes: bytes.length,
      base: offset,
      span: Math.max(1, count),
      minTime,
      maxTime,
      watermark,
      producer: producer?.id,
      epoch: producer?.epoch ?? 0,
      sequence: known?.sequence ?? 0,
      appendedAt,
      durable: 0,
    }
    this.frames.push({ head, bytes })
    this.next += head.span
    this.waiters.wake()
    return { offset, count, repeated }
  }

  async read({ from, maxRecords = Infinity, maxBytes = readBytes, wait }: ReadOptions): Promise<LogRead> {
    let offset: number | undefined
    for (;;) {
      this.checkOpen()
      const end = this.next
      offset = rangeOf(offset ?? from, this.place, this.offsets())
      const frames: Frame[] = []
      let [bytes, records] = [0, 0]
      for (const held of this.framesFrom(offset)) {
        const frame = viewOf(held.head, held.bytes, offset, Math.max(1, maxRecords - records))
        frames.push(frame)
        bytes += held.bytes.length
        records += frame.count
        if (bytes >= maxBytes || records >= maxRecords) break
      }
      if (frames.length > 0) return { frames, next: frames.at(-1)!.next, end }
      offset = end
      if (wait === undefined || wait.aborted) return { frames, next: offset, end }
      await this.waiters.wait(wait)
    }
  }

  offsets(): Offsets {
    this.checkOpen()
    return { earliest: this.earliest, next: this.next }
  }

  offsetAt(time: number): number {
    this.checkOpen()
    for (const { head, bytes } of this.frames) {
      if (head.maxTime < time) continue
      for (const cursor = cursorOf(head, bytes); cursor.next();) if (cursor.time >= time) return cursor.offset
    }
    return this.next
  }

  producer(id: string): ProducerState | undefined {
    this.checkOpen()
    const known = this.producers.get(id)
    return known && { epoch: known.epoch, next: known.next }
  }

  /** The newest frame stays as it is. */
  maintain(): Maintained {
    this.checkOpen()
    const before = this.sizeBytes()
    const removedSegments = this.retain()
    const removedRecords = this.topic.compaction ? this.compact() : 0
    return { removedSegments, removedRecords, freedBytes: before - this.sizeBytes() }
  }

  /** @param cause what calls end with from now on */
  close(cause: unknown): void {
    this.closed = cause
    this.waiters.close(cause)
  }

  private retain(): number {
    const { maxAgeMs = Infinity, maxBytes = Infinity } = this.topic.retention
    const now = this.options.clock.now()
    let total = this.sizeBytes()
    let gone = 0
    for (const { head, bytes } of this.frames.slice(0, -1)) {
      if (now - head.appendedAt <= maxAgeMs && total - bytes.length < maxBytes) break
      total -= bytes.length
      gone++
    }
    this.frames.splice(0, gone)
    if (gone > 0) this.earliest = this.frames[0]!.head.base
    return gone
  }

  private compact(): number {
    const now = this.options.clock.now()
    const newest = new Map<string, number>()
    const watermarks = new Map<string | undefined, number>()
    const sealed = this.frames.slice(0, -1)
    for (const { head, bytes } of sealed) {
      if (head.watermark !== undefined) watermarks.set(head.producer, head.base)
      for (const cursor = cursorOf(head, bytes); cursor.next();) newest.set(keyOf(cursor), cursor.offset)
    }
    const told = new Set(watermarks.values())
    let removed = 0
    const kept = sealed.flatMap(({ head, bytes }): Held[] => {
      const isOld = now - head.appendedAt > this.options.tombstoneMs
      const left = sparseOf(
        { head, bytes },
        (cursor) => newest.get(keyOf(cursor)) === cursor.offset && (cursor.valueEnd >= 0 || !isOld),
      )
      removed += head.count - left.count
      if (left.count === head.count) return [{ head, bytes }]
      if (left.count === 0 && !told.has(head.base)) return []
      const { count, minTime, maxTime } = left
      return [{ head: { ...head, sparse: true, count, minTime, maxTime }, bytes: left.bytes }]
    })
    this.frames = [...kept, ...this.frames.slice(-1)]
    return removed
  }

  private sizeBytes(): number {
    return this.frames.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  /** The frames that end behind an offset. */
  private *framesFrom(offset: number): Generator<Held> {
    let [low, high] = [0, this.frames.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const { base, span } = this.frames[middle]!.head
      if (base + span > offset) high = middle
      else low = middle + 1
    }
    for (let index = low; index < this.frames.length; index++) yield this.frames[index]!
  }

  private checkOpen(): void {
    if (this.closed !== undefined) throw this.closed
  }
}

const cursorOf = ({ base, span, sparse }: FrameHead, bytes: Buffer) =>
  new RecordCursor({ bytes, base, sparse, from: base, to: base + span })

const keyOf = ({ bytes, keyStart, keyEnd }: RecordCursor) =>
  keyEnd < 0 ? '' : bytes.toString('latin1', keyStart, keyEnd)
