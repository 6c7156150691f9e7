import { type Cancel, type Json, type Ports, stopwatchOf } from '@heddle/core'
import type { Checkpoint, LanePlace } from './checkpoint.ts'
import type { Entry } from './entry.ts'
import { Lane } from './lane.ts'
import type { ReadLimit } from './read-limit.ts'

/** How often it is looked whether a partition has been silent for too long (limit `job.idleLook`). */
const lookMs = 250

/** All partitions of the sources of a task: who is asked for records next, and who is silent. */
export class Lanes {
  readonly all: Lane[] = []
  readonly #entries: readonly Entry[]
  readonly #ports: Ports
  readonly #wake: () => void
  readonly #advance: () => void
  readonly #limit: ReadLimit | undefined
  readonly #stopwatch: () => number
  readonly #cancels: (() => void)[] = []
  #changed = new Set<Entry>()
  #hasSilent = false
  #lookedAt = 0
  #hasIdle = false
  #cancelLook: Cancel = () => {}
  #isClosed = false
  /** Places of partitions that are not there at present: they may come back. */
  #absent: { readonly [source: string]: { readonly [partition: string]: LanePlace } } = {}

  /** @param limit how far they may be read */
  constructor(entries: readonly Entry[], ports: Ports, wake: () => void, advance: () => void, limit?: ReadLimit) {
    this.#entries = entries
    this.#ports = ports
    this.#wake = wake
    this.#advance = advance
    this.#limit = limit
    limit?.attach(wake)
    this.#stopwatch = stopwatchOf(ports.clock)
  }

  async open(restored: Checkpoint | undefined): Promise<void> {
    this.#absent = restored?.lanes ?? {}
    for (const entry of this.#entries) {
      await entry.open.resume?.(positionsIn(this.#absent[entry.name]))
      await this.#openNew(entry)
      const stop = entry.open.onPartitions?.(() => {
        this.#changed.add(entry)
        this.#wake()
      })
      if (stop) this.#cancels.push(stop)
      if (entry.spec.idleMs !== undefined) this.#hasIdle = true
      entry.watermark = restored?.sources?.[entry.name] ?? -Infinity
      entry.advance()
    }
    // Who reads behind another one is silent where that one was.
    if (this.#hasIdle && !this.#limit) this.#lookLater()
  }

  /** Where a record stands, e.g. `flights.ndjson:17`, by its name; undefined where that is not known. */
  placeOf(name: string): string | undefined {
    for (const lane of this.all) {
      const place = lane.placeOf(name)
      if (place !== undefined) return place
    }
    return undefined
  }

  /** Takes up partitions that have come since. */
  async look(): Promise<void> {
    if (this.#changed.size === 0) return
    const changed = this.#changed
    this.#changed = new Set()
    for (const entry of changed) await this.#openNew(entry)
  }

  /** The partition whose batch is next: that which is furthest behind in event time, so that none runs ahead. */
  take(max: number): Lane | undefined {
    let best: Lane | undefined
    for (const lane of this.all) {
      const most = this.#limit === undefined ? max : this.#mostOf(lane, this.#limit, max)
      if (most > 0 && lane.isOpen && !lane.read(most, this.#wake)) lane.askedAt = this.#stopwatch()
      if (lane.failure !== undefined) throw lane.failure
      this.#tellEnd(lane)
      if (lane.batch !== undefined && (best === undefined || lane.time < best.time)) best = lane
    }
    return best
  }

  /**
   * Whether all were read as far as they may be. Partitions that have come since count too.
   *
   * @throws {Failure} RecordsGone
   */
  async haveReached(limit: ReadLimit): Promise<boolean> {
    const expected = this.#entries.filter(({ name, lanes }) => lanes.length < limit.partitions(name))
    for (const entry of expected) await this.#openNew(entry)
    return limit.isReached(
      this.all,
      this.#entries.map(({ name }) => name),
    )
  }

  /** @throws {Failure} RecordsGone where one ended before the records that are expected of it */
  get haveEnded(): boolean {
    for (const lane of this.all) this.#limit?.left(lane)
    return this.#entries.every(({ hasEnded }) => hasEnded)
  }

  /** Source → its watermark, for a checkpoint. */
  watermarks(): Record<string, number> {
    const held = this.#entries.filter(({ watermark }) => Number.isFinite(watermark))
    return Object.fromEntries(held.map(({ name, watermark }) => [name, watermark]))
  }

  /** The sources of which nothing is heard, for a checkpoint. */
  silent(): string[] {
    return this.#entries.filter(({ isSilent }) => isSilent).map(({ name }) => name)
  }

  /** Whether some have fallen silent since this was asked last: watermarks may go on. */
  takeSilent(): boolean {
    const hasSilent = this.#hasSilent
    this.#hasSilent = false
    return hasSilent
  }

  /** Source → partition → place, for a checkpoint. */
  places(): Checkpoint['lanes'] {
    const places: Record<string, Record<string, LanePlace>> = {}
    for (const { name, lanes } of this.#entries) {
      const own: Record<string, LanePlace> = { ...this.#absent[name] }
      for (const lane of lanes) if (lane.position !== undefined || lane.ended) own[lane.partition] = lane.place
      places[name] = own
    }
    return places
  }

  /** Tells the sources what is part of a durable checkpoint. */
  async committed(places: Checkpoint['lanes']): Promise<void> {
    for (const { entry, partition, reader } of this.all) {
      const place = places[entry.name]?.[partition]
      if (place && reader.committed) await reader.committed(place.position)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelLook()
    for (const cancel of this.#cancels) cancel()
    for (const { reader } of this.all) await reader.close()
  }

  /** How many records may be read of a partition; one that is where the other is, is like it. */
  #mostOf(lane: Lane, limit: ReadLimit, max: number): number {
    const left = limit.left(lane)
    if (left > 0) {
      // More is to come of it, so that it is waited for.
      lane.isIdle = false
      lane.entry.heard()
      return Math.min(max, left)
    }
    if (!lane.isOpen) return 0
    const place = limit.of(lane)
    if (place?.ended === true) {
      lane.end()
      this.#tellEnd(lane)
    } else if (place?.idle === true && !lane.isIdle) {
      lane.isIdle = true
      this.#advance()
    }
    return 0
  }

  /** Who came to its end holds no watermark back. */
  #tellEnd(lane: Lane): void {
    if (!lane.ended || lane.isEndTold) return
    lane.isEndTold = true
    this.#advance()
  }

  async #openNew(entry: Entry): Promise<void> {
    const known = new Set(entry.lanes.map(({ partition }) => partition))
    for (const partition of await entry.open.partitions()) {
      if (known.has(partition)) continue
      const place = this.#absent[entry.name]?.[partition]
      const reader = await entry.open.openPartition(partition, place?.position)
      const lane = new Lane(entry, partition, reader, place)
      if (!lane.ended) entry.heard()
      entry.lanes.push(lane)
      this.all.push(lane)
    }
  }

  /**
   * Who was silent for too long holds no watermark back. Others hear of it between two batches: a checkpoint may be under way.
   */
  #lookLater(): void {
    this.#lookedAt = this.#stopwatch()
    this.#cancelLook = this.#ports.timers.after(
      lookMs,
      () => {
        if (this.#isClosed) return
        const now = this.#stopwatch()
        this.#forgive(now - this.#lookedAt - lookMs)
        let isChanged = false
        for (const entry of this.#entries) if (rests(entry, now)) isChanged = true
        for (const lane of this.all) {
          const { idleMs } = lane.entry.spec
          // Who is not asked, as where a sink has no room, is not silent.
          if (idleMs === undefined || lane.isIdle || !lane.isAsked || now - lane.askedAt < idleMs) continue
          lane.isIdle = true
          isChanged = true
        }
        if (isChanged) {
          this.#hasSilent = true
          this.#wake()
        }
        this.#lookLater()
      },
      { background: true },
    )
  }

  /** While this process stood still, nobody could be heard. @param lostMs by how much a look came too late */
  #forgive(lostMs: number): void {
    if (lostMs < lookMs) return
    for (const lane of this.all) lane.askedAt += lostMs
    for (const entry of this.#entries) if (entry.restsSince !== undefined) entry.restsSince += lostMs
  }
}

/** Whether a source has just been without a partition for too long. */
function rests(entry: Entry, now: number): boolean {
  const { idleMs } = entry.spec
  if (idleMs === undefined || entry.isResting || entry.hasEnded || !entry.isWithoutPartitions) return false
  entry.restsSince ??= now
  entry.isResting = now - entry.restsSince >= idleMs
  return entry.isResting
}

/** Partition → where it stands. */
const positionsIn = (places: Readonly<Record<string, LanePlace>> = {}): Record<string, Json> =>
  Object.fromEntries(Object.entries(places).map(([partition, { position }]) => [partition, position]))
