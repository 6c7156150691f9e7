import type { OpenSource } from '../source/source.ts'
import type { Lane } from './lane.ts'
import type { Link, Watermarked } from './receiver.ts'
import type { SourceSpec } from './task-spec.ts'

/** A source in a task: its partitions, and up to which event time all of them were read. */
export class Entry implements Watermarked {
  readonly name: string
  readonly spec: SourceSpec
  readonly open: OpenSource
  readonly lanes: Lane[] = []
  readonly links: Link[] = []
  watermark = -Infinity
  isSilent = false
  /** It has been without a partition for too long. */
  isResting = false
  /** Since when it is without one, by the stopwatch. */
  restsSince: number | undefined
  received = 0
  unread = 0

  constructor(spec: SourceSpec, open: OpenSource) {
    this.name = spec.name
    this.spec = spec
    this.open = open
  }

  /** Takes notice of its partitions. Says whether those behind it have to, too. */
  advance(): boolean {
    const wasSilent = this.isSilent
    const reached = this.#reached()
    if (reached <= this.watermark) return this.isSilent && !wasSilent
    this.watermark = reached
    return true
  }

  /**
   * Up to which event time its partitions were read, and whether they are silent, both as for what comes together of several
   * sources (`reached`). Those that are at their end count for nobody, as long as others are there or may come.
   */
  #reached(): number {
    const { lanes } = this
    let least = Infinity
    let greatest = -Infinity
    let isHeard = false
    let isSilent = this.isResting
    for (let at = 0; at < lanes.length; at++) {
      const { watermark, isIdle, ended } = lanes[at]!
      if (watermark > greatest) greatest = watermark
      if (ended) continue
      if (isIdle) isSilent = true
      else {
        isHeard = true
        if (watermark < least) least = watermark
      }
    }
    this.isSilent = isSilent && !isHeard && !this.hasEnded
    if (isHeard) return least
    return this.hasEnded ? Infinity : greatest
  }

  lift(): void {}

  /**
   * Goes on to where another task had it that has read as far.
   *
   * @param isSilent nothing was heard of it there for too long
   */
  follow(watermark: number, isSilent: boolean): void {
    if (watermark > this.watermark) this.watermark = watermark
    if (!isSilent) return
    this.isResting = true
    for (const lane of this.lanes) lane.isIdle = true
    this.advance()
  }

  /** There is a partition to hear of, or a record came. */
  heard(): void {
    this.isSilent = false
    this.isResting = false
    this.restsSince = undefined
  }

  /** Whether it has no partition that may give anything: none has come yet, or all are at their end. */
  get isWithoutPartitions(): boolean {
    return this.lanes.every(({ ended }) => ended)
  }

  /** Whether nothing can come of it any more, also of no other partition. */
  get hasEnded(): boolean {
    return this.spec.source.bounded && this.isWithoutPartitions
  }
}
