import { systemFailure } from '@heddle/core'
import type { Checkpoint, LanePlace } from './checkpoint.ts'
import type { Lane } from './lane.ts'

/** How another task has its sources. */
export type Followed = Pick<Checkpoint, 'sources' | 'silent'>

/** How far a task may read: up to where another one is, which it never overtakes. */
export class ReadLimit {
  readonly #job: string
  #places: Checkpoint['lanes']
  #followed: Followed
  #wake: () => void = () => {}
  /** Called when everything up to the limit was read, and again where it was raised since. */
  onReached: () => void = () => {}

  constructor(job: string, places: Checkpoint['lanes'], followed: Followed = {}) {
    this.#job = job
    this.#places = places
    this.#followed = followed
  }

  get places(): Checkpoint['lanes'] {
    return this.#places
  }

  /** Lets the task read on. */
  raise(places: Checkpoint['lanes'], followed: Followed = {}): void {
    this.#places = places
    this.#followed = followed
    this.#wake()
  }

  /** The watermark of a source there. */
  watermarkOf(source: string): number {
    return this.#followed.sources?.[source] ?? -Infinity
  }

  /** Whether a source was silent there for too long. */
  isSilent(source: string): boolean {
    return this.#followed.silent?.includes(source) ?? false
  }

  /** @param wake lets the task look again how far it may read */
  attach(wake: () => void): void {
    this.#wake = wake
  }

  /** How many partitions of a source are expected. */
  partitions(source: string): number {
    return Object.keys(this.#places[source] ?? {}).length
  }

  /** Where a partition may be read to. */
  of({ entry, partition }: Pick<Lane, 'entry' | 'partition'>): LanePlace | undefined {
    return this.#places[entry.name]?.[partition]
  }

  /**
   * How many records of a partition may still be read.
   *
   * @throws {Failure} RecordsGone where it ended before them
   */
  left(lane: Lane): number {
    const left = (this.of(lane)?.offset ?? 0) - lane.offset
    if (left > 0 && lane.ended && lane.batch === undefined) throw this.#gone(lane.entry.name, lane.partition, left)
    return left
  }

  /**
   * Whether the partitions were read as far as they may be.
   *
   * @param sources those that are read; what the plan does not have any more is not waited for
   * @throws {Failure} RecordsGone where a partition that was read before is not there any more
   */
  isReached(lanes: readonly Lane[], sources: readonly string[]): boolean {
    for (const lane of lanes) {
      if (this.left(lane) > 0 || lane.batch !== undefined || (this.of(lane)?.ended === true && !lane.ended))
        return false
    }
    const known = new Set(lanes.map(({ entry, partition }) => `${entry.name}/${partition}`))
    for (const source of sources) {
      for (const [partition, { offset }] of Object.entries(this.#places[source] ?? {})) {
        if (offset > 0 && !known.has(`${source}/${partition}`)) throw this.#gone(source, partition, offset)
      }
    }
    return true
  }

  #gone(source: string, partition: string, records: number) {
    return systemFailure('RecordsGone', { job: this.#job, source, partition, records })
  }
}
