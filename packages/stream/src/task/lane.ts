import { isPromise } from '@heddle/core'
import type { PartitionReader, SourceBatch } from '../source/source.ts'
import type { LanePlace } from './checkpoint.ts'
import type { Entry } from './entry.ts'
import { LinePlaces } from './line-places.ts'
import { Origin } from './origin.ts'

/** A partition of a source while it is read: at most one batch waits here. */
export class Lane {
  readonly entry: Entry
  readonly partition: string
  readonly reader: PartitionReader
  readonly origin: Origin
  readonly #lines = new LinePlaces()
  batch: SourceBatch | undefined
  offset: number
  position: LanePlace['position'] | undefined
  /** The greatest event time; −Infinity before the first record. */
  time: number
  watermark: number
  ended: boolean
  /** Whether others know that it ended. */
  isEndTold = false
  isIdle = false
  /** Since when it owes an answer, by the stopwatch; it means nothing where it is not asked. */
  askedAt = 0
  failure: unknown
  #isReading = false

  constructor(entry: Entry, partition: string, reader: PartitionReader, place: LanePlace | undefined) {
    this.entry = entry
    this.partition = partition
    this.reader = reader
    this.offset = place?.offset ?? 0
    this.position = place?.position
    this.time = place?.time ?? -Infinity
    this.watermark = Math.max(this.time - entry.spec.disorderMs - 1, place?.watermark ?? -Infinity)
    this.ended = place?.ended ?? false
    this.origin = new Origin(`${entry.name}/${partition}`)
  }

  get place(): LanePlace {
    return {
      position: this.position ?? null,
      offset: this.offset,
      ...(this.time > -Infinity && { time: this.time }),
      ...(Number.isFinite(this.watermark) && { watermark: this.watermark }),
      ...(this.ended && { ended: true as const }),
      ...(this.isIdle && !this.ended && { idle: true as const }),
    }
  }

  /** Whether it was asked for more, and has not answered. */
  get isAsked(): boolean {
    return this.#isReading
  }

  /** Whether it can be asked for more. */
  get isOpen(): boolean {
    return !this.ended && this.batch === undefined && !this.#isReading && this.failure === undefined
  }

  /** Where a record stands, e.g. `flights.ndjson:17`, by its name; undefined where it is not of this partition, or that is not known. */
  placeOf(name: string): string | undefined {
    const { base } = this.origin
    if (!name.startsWith(`${base}/`)) return undefined
    const [offset] = /^\d+(?=\/|$)/.exec(name.slice(base.length + 1)) ?? []
    return offset === undefined ? undefined : this.#lines.of(Number(offset))
  }

  /** Nothing more is to come of it. */
  end(): void {
    this.ended = true
  }

  /** Asks for the next batch; calls back when it is there later. Says whether it is there now. */
  read(max: number, arrived: () => void): boolean {
    let batch
    try {
      batch = this.reader.read(max)
    } catch (thrown) {
      this.failure = thrown
      return true
    }
    if (!isPromise(batch)) {
      this.#take(batch)
      return true
    }
    this.#isReading = true
    batch.then(
      (given) => {
        this.#isReading = false
        this.#take(given)
        arrived()
      },
      (thrown: unknown) => {
        this.#isReading = false
        this.failure = thrown
        arrived()
      },
    )
    return false
  }

  #take(batch: SourceBatch | undefined): void {
    // Who speaks again is heard, however many others are worked on before.
    this.isIdle = false
    this.entry.heard()
    if (batch === undefined) this.ended = true
    else this.batch = batch
    if (batch?.lines) this.#lines.add(batch.lines, this.offset)
  }
}
