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
  received = 0
  unread = 0

  constructor(spec: SourceSpec, open: OpenSource) {
    this.name = spec.name
    this.spec = spec
    this.open = open
  }

  /** Takes notice of the watermarks of its partitions. Says whether its own went on. */
  advance(): boolean {
    const reached = this.#reached()
    if (reached <= this.watermark) return false
    this.watermark = reached
    return true
  }

  /**
   * The least of those that are still heard of. Where none is, it is the greatest of all, as if they had fallen silent one
   * after the other, and no more: nothing is known of the time that passed since.
   *
   * Source: the StatusWatermarkValve of Apache Flink.
   */
  #reached(): number {
    const { lanes } = this
    let least = Infinity
    let greatest = -Infinity
    for (let at = 0; at < lanes.length; at++) {
      const { watermark, isIdle, ended } = lanes[at]!
      if (watermark > greatest) greatest = watermark
      if (!isIdle && !ended && watermark < least) least = watermark
    }
    if (least < Infinity) return least
    return this.hasEnded ? Infinity : greatest
  }

  /** Whether nothing can come of it any more, also of no other partition. */
  get hasEnded(): boolean {
    return this.spec.source.bounded && this.lanes.every(({ ended }) => ended)
  }
}
