import { systemFailure } from '@heddle/core'
import { compress } from '../compression.ts'
import { type FrameHead, headBytesOf, writeHead } from '../frame-codec.ts'
import type { Appended, Producer } from '../log.ts'
import type { Producers } from '../producers.ts'
import { dropFirst, type EncodedRecords } from '../record-batch.ts'
import { codeOf, logFailure, writeAll } from './files.ts'
import { type PartitionOptions, placeOf } from './partition-options.ts'
import type { Segments } from './segments.ts'

/** A frame that waits to be written. */
export interface Waiting {
  readonly records: EncodedRecords
  readonly producer: Producer | undefined
  readonly watermark: number | undefined
  /** Bytes that it takes of the queue. */
  readonly reserved: number
  /** The records as they are stored, where that is another way; a promise while they are compressed. */
  packed: Buffer | Promise<Buffer | undefined> | undefined
  readonly resolve: (appended: Appended) => void
  readonly reject: (cause: unknown) => void
}

/** Something else that must not happen during a write. */
interface Between {
  readonly run: () => Promise<void>
  readonly reject: (cause: unknown) => void
}

/** A frame that has its offset. */
interface Placed {
  readonly waiting: Waiting
  readonly head: FrameHead
  readonly payload: Buffer
  readonly length: number
  readonly repeated: number
}

/** Records up to this size are copied beside the header, as a piece more costs a write more than the copy. */
const copiedBytes = 16 * 1024
/** A buffer for headers that is larger is not kept. */
const keptBytes = 1024 * 1024

/**
 * Writes the frames of a partition. What arrives while a write is under way makes up the next one: one write and one flush for all
 * of them, without a timer.
 */
export class PartitionWriter {
  declare private readonly options: PartitionOptions
  declare private readonly segments: Segments
  declare private readonly producers: Producers
  /** Called once what was written is durable. */
  declare private readonly written: () => void
  private queue: (Waiting | Between)[] = []
  private running: Promise<void> | undefined
  private headers: Buffer = Buffer.allocUnsafeSlow(4096)
  /** Why nothing can be written any more until the log is opened again. */
  private broken: unknown

  constructor(options: PartitionOptions, segments: Segments, producers: Producers, written: () => void) {
    this.options = options
    this.segments = segments
    this.producers = producers
    this.written = written
  }

  /** The order of the calls is that of the offsets. */
  append(waiting: Waiting): void {
    const { compression } = this.options.topic
    const { bytes } = waiting.records
    if (compression !== 'none' && bytes.length > 0) {
      // What does not become smaller is stored as it is.
      waiting.packed = compress(bytes, compression).then((packed) =>
        packed.length < bytes.length ? packed : undefined,
      )
      // It is awaited later, when its turn comes.
      waiting.packed.catch(() => undefined)
    }
    this.queue.push(waiting)
    this.running ??= this.run()
  }

  /** Does something between two writes. */
  between<Value>(run: () => Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.queue.push({ run: async () => resolve(await run()), reject })
      this.running ??= this.run()
    })
  }

  /** Everything that was accepted is written. */
  async idle(): Promise<void> {
    while (this.running) await this.running
  }

  private async run(): Promise<void> {
    // What else is appended in this turn belongs to the same write.
    await undefined
    while (this.queue.length > 0) {
      const group = this.takeGroup()
      const [first] = group
      if (first !== undefined && 'run' in first) await first.run().catch(first.reject)
      else await this.writeGroup(group as Waiting[])
    }
    this.running = undefined
  }

  /** All frames that wait, up to the next thing that is something else. */
  private takeGroup(): readonly (Waiting | Between)[] {
    const { queue } = this
    const end = queue.findIndex((each) => 'run' in each)
    if (end === -1) {
      this.queue = []
      return queue
    }
    return queue.splice(0, Math.max(1, end))
  }

  private async writeGroup(group: readonly Waiting[]): Promise<void> {
    const taken: { waiting: Waiting; appended: Appended }[] = []
    try {
      if (this.broken !== undefined) throw this.broken
      for (const waiting of group) if (waiting.packed instanceof Promise) waiting.packed = await waiting.packed
      await this.segments.rollIfFull()
      const placed = this.place(group, taken)
      if (placed.length > 0) await this.write(placed)
      this.producers.keep()
      for (const { head, length } of placed) this.segments.active.note(head, length)
    } catch (thrown) {
      this.producers.drop()
      const failure = codeOf(thrown) === undefined ? thrown : this.failureOf(thrown)
      for (const { reject } of group) reject(failure)
      return
    } finally {
      this.options.budget.give(group.reduce((sum, { reserved }) => sum + reserved, 0))
    }
    this.written()
    for (const { waiting, appended } of taken) waiting.resolve(appended)
  }

  /** Gives offsets to what is new. What its producer may not send is refused, and what is there already is left out. */
  private place(group: readonly Waiting[], taken: { waiting: Waiting; appended: Appended }[]): Placed[] {
    const { clock } = this.options
    const { active } = this.segments
    const appendedAt = clock.now()
    const placed: Placed[] = []
    let offset = active.next
    for (const waiting of group) {
      const { producer, watermark, records } = waiting
      let fresh = records
      let sequence = 0
      let repeated = 0
      if (producer !== undefined) {
        try {
          const known = this.producers.take(producer, records.count, appendedAt, watermark)
          ;({ repeated, sequence } = known)
          if (repeated > 0 && repeated === records.count && !known.tellsMore) {
            taken.push({ waiting, appended: { offset, count: 0, repeated } })
            continue
          }
        } catch (refused) {
          waiting.reject(refused)
          continue
        }
        if (repeated > 0) fresh = dropFirst(records, repeated)
      }
      const packed = repeated === 0 ? (waiting.packed as Buffer | undefined) : undefined
      const { count, bytes, minTime, maxTime } = fresh
      const payload = packed ?? bytes
      const head: FrameHead = {
        compression: packed === undefined ? 'none' : this.options.topic.compression,
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
        sequence,
        appendedAt,
        durable: active.sizeBytes,
      }
      placed.push({ waiting, head, payload, length: headBytesOf(producer?.id) + payload.length, repeated })
      taken.push({ waiting, appended: { offset, count, repeated } })
      offset += head.span
    }
    return placed
  }

  private async write(placed: readonly Placed[]): Promise<void> {
    const { active, file } = this.segments
    const { handle } = file
    try {
      await writeAll(handle, this.layOut(placed), active.sizeBytes)
      await handle.datasync()
    } catch (thrown) {
      // What a write has left must not be found behind a later, shorter one.
      if (!isFull(thrown)) this.broken = this.unavailable(thrown)
      else
        await handle.truncate(active.sizeBytes).catch((cause: unknown) => {
          this.broken = this.unavailable(cause)
        })
      throw isFull(thrown) ? thrown : this.broken
    }
  }

  private failureOf(thrown: unknown): unknown {
    const failure = logFailure(thrown, this.options.folder)
    return failure instanceof Error ? this.unavailable(failure) : failure
  }

  /** A disk that failed to write may have lost what it said to have: only reading it again tells. */
  private unavailable(cause: unknown) {
    const what = `The partition ${placeOf(this.options)} of the log, whose disk failed (${codeOf(cause) ?? 'unknown'}),`
    return systemFailure('Unavailable', { what }, { cause })
  }

  /** The bytes of frames, in few pieces. */
  private layOut(placed: readonly Placed[]): Buffer[] {
    let needed = 0
    for (const { length, payload } of placed) {
      needed += payload.length > copiedBytes ? length - payload.length : length
    }
    let { headers } = this
    if (headers.length < needed) {
      headers = Buffer.allocUnsafeSlow(needed)
      if (needed <= keptBytes) this.headers = headers
    }
    const pieces: Buffer[] = []
    let from = 0
    let at = 0
    for (const { head, payload } of placed) {
      at += writeHead(headers, at, head, payload)
      if (payload.length <= copiedBytes) {
        headers.set(payload, at)
        at += payload.length
      } else {
        pieces.push(headers.subarray(from, at), payload)
        from = at
      }
    }
    if (at > from) pieces.push(headers.subarray(from, at))
    return pieces
  }
}

/** What ends once there is room again: nothing that was written before is lost by it. */
const isFull = (thrown: unknown) => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(thrown) ?? '')
