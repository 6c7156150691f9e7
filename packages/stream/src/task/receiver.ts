import type { Key, Weight } from '../record/record.ts'
import type { Origin } from './origin.ts'

/** What takes records from a source or a step. Records travel as arguments, so that none has to be made. */
export interface Receiver {
  receive(value: unknown, key: Key | undefined, time: number, weight: Weight, input: number): void
}

/** A way from one node to the next, into one of its inputs. */
export interface Link {
  readonly to: Receiver
  readonly input: number
}

/** Where a watermark stands that others wait for. */
export interface Watermarked {
  /** That of the source or step. */
  readonly name: string
  readonly watermark: number
  /** Nothing was heard of it for so long that nobody waits for it. */
  readonly isSilent: boolean
  /**
   * Those with which it is read went on without it: of a step that is silent, what waits for a time up to there is told before they
   * see it. A source has nothing that waits.
   */
  lift(time: number): void
}

/** What all nodes of a task share: the record at work, and when there is something to do. */
export interface TaskContext {
  origin: Origin
  /** The earliest moment of event time for which a step has set a timer; Infinity where none has. */
  due: number
  /** A step was lifted: those that read it have to take notice. */
  isLifted: boolean
}

/** A node that waits for event time. */
export interface TimedNode extends Watermarked {
  /** Takes notice of the watermarks before it, and does what is due. */
  advance(): void
}

/** Hands a record to all that read it. */
export function send(links: readonly Link[], value: unknown, key: Key | undefined, time: number, weight: Weight): void {
  for (let at = 0; at < links.length; at++) {
    const { to, input } = links[at]!
    to.receive(value, key, time, weight, input)
  }
}
