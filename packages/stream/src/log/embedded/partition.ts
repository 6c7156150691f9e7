import { systemFailure } from '@heddle/core'
import type { Appended, LogRead, Maintained, NewFrame, Offsets, ProducerState, ReadOptions } from '../log.ts'
import { checkFrame } from '../check-frame.ts'
import { readBytes } from '../limits.ts'
import type { Producers } from '../producers.ts'
import { rangeOf } from '../range.ts'
import { Waiters } from '../waiters.ts'
import { compact } from './compact.ts'
import { codeOf, logFailure } from './files.ts'
import { type PartitionOptions, placeOf } from './partition-options.ts'
import { PartitionReader } from './reader.ts'
import { recover } from './recover.ts'
import { retain } from './retain.ts'
import { Segments } from './segments.ts'
import { PartitionWriter } from './writer.ts'

/** A partition of the embedded log: a folder of segments that one process has open. */
export class Partition {
  declare private readonly options: PartitionOptions
  declare private readonly segments: Segments
  declare private readonly producers: Producers
  declare private readonly writer: PartitionWriter
  declare private readonly reader: PartitionReader
  private readonly waiters = new Waiters()
  private maintaining: Promise<unknown> = Promise.resolve()
  private closed = false

  private constructor(options: PartitionOptions, segments: Segments, producers: Producers) {
    this.options = options
    this.segments = segments
    this.producers = producers
    this.reader = new PartitionReader(options, segments)
    this.writer = new PartitionWriter(options, segments, producers, () => this.waiters.wake())
  }

  /** Opens what is there. @throws {Failure} LogDamaged */
  static async open(options: PartitionOptions): Promise<Partition> {
    const { segments, producers, handle } = await recover(options)
    return new Partition(options, new Segments(options, producers, segments, handle), producers)
  }

  append(frame: NewFrame): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.checkOpen()
      const { topic, limits, budget } = this.options
      const { producer, watermark } = frame
      const records = checkFrame(frame, topic, limits)
      const reserved = records.bytes.length
      const waiting = { records, producer, watermark, reserved, packed: undefined, resolve, reject }
      budget.take(reserved, () => this.writer.append(waiting), reject)
    })
  }

  async read({ from, maxRecords = Infinity, maxBytes = readBytes, wait }: ReadOptions): Promise<LogRead> {
    let offset: number | undefined
    for (;;) {
      this.checkOpen()
      const end = this.segments.active.next
      offset = rangeOf(offset ?? from, placeOf(this.options), { earliest: this.segments.earliest, next: end })
      if (offset < end) {
        const frames = await this.reader.read({ from: offset, maxRecords: Math.max(1, maxRecords), maxBytes })
        if (frames === undefined) continue
        if (frames.length > 0) return { frames, next: frames.at(-1)!.next, end }
        // Compaction removed all that was there.
        offset = end
      }
      if (wait === undefined || wait.aborted) return { frames: [], next: offset, end }
      if (this.segments.active.next === offset) await this.waiters.wait(wait)
    }
  }

  offsets(): Offsets {
    this.checkOpen()
    return { earliest: this.segments.earliest, next: this.segments.active.next }
  }

  async offsetAt(time: number): Promise<number> {
    this.checkOpen()
    return (await this.reader.offsetAt(time)) ?? this.segments.active.next
  }

  producer(id: string): ProducerState | undefined {
    this.checkOpen()
    const known = this.producers.get(id)
    return known && { epoch: known.epoch, next: known.next }
  }

  /** One at a time. @param worthwhile only what pays */
  maintain(worthwhile: boolean): Promise<Maintained> {
    const running = this.maintaining
      .then(() => this.maintainNow(worthwhile))
      .catch((thrown: unknown) => {
        throw codeOf(thrown) === undefined ? thrown : logFailure(thrown, this.options.folder)
      })
    this.maintaining = running.catch(() => undefined)
    return running
  }

  private async maintainNow(worthwhile: boolean): Promise<Maintained> {
    this.checkOpen()
    await this.writer.between(() => this.segments.rollIfFull())
    const retained = await retain(this.options, this.segments)
    if (!this.options.topic.compaction) return retained
    await this.writer.between(() => this.segments.settle())
    const compacted = await compact(this.options, this.segments, worthwhile)
    return { ...retained, ...compacted, freedBytes: retained.freedBytes + compacted.freedBytes }
  }

  /** Writes what was accepted. @param cause what later calls end with */
  async close(cause: unknown): Promise<void> {
    this.closed = true
    await this.maintaining
    await this.writer.idle()
    this.waiters.close(cause)
    // Opened again, it need not be read; a full disk makes that slower and nothing else.
    await this.segments.checkpoint().catch(() => undefined)
    await this.segments.file.retire()
  }

  private checkOpen(): void {
    if (this.closed)
      throw systemFailure('Unavailable', { what: `The log of ${placeOf(this.options)}, which is closed,` })
  }
}
