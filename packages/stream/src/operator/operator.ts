import type { Json } from '@heddle/core'
import type { CellShapes, CellsOf } from '../state/cells.ts'
import type { Key, StreamRecord, Weight } from '../record/record.ts'

/** Whether a stream only grows, or may also withdraw what it told before (records of weight −1). */
export type Flow = 'append' | 'changes'

/** A record as an operator is handed it. It is the same object each time: what is needed later goes into a cell. */
export interface GivenRecord<Value = unknown> extends StreamRecord<Value> {
  /** From which of the operator's inputs it comes: 0 but for joins and unions. */
  readonly input: number
  /**
   * What names this record for good, however records are batched and however often they are read again: source,
   * partition, offset, step and ordinal of one that was passed through, or what an operator gave as `id`.
   */
  readonly id: string
}

/** What an operator hands on, and the timers of the key at work. */
export interface Out {
  /**
   * Hands on a record. Without an `id` it is a child of the record at work; what is made of many records (an aggregate, a
   * match) gives one that does not depend on how they were batched: key, window, revision.
   */
  emit(value: unknown, time: number, weight?: Weight, id?: string): void
  /** Hands a record to those who read the side output of this name, e.g. `late`. */
  side(name: string, value: unknown, time: number, weight?: Weight, id?: string): void
  /** Calls `onTimer` for the key at work once the watermark has reached the time; the same time counts once. */
  timer(time: number): void
  cancelTimer(time: number): void
  /** Up to which event time everything is there; −Infinity before the first. */
  readonly watermark: number
  /** The key at work. */
  readonly key: Key | undefined
  /** Sets the key of what is emitted from here on, until the next record. */
  rekey(key: Key): void
  /** Counts a record that came too late for everything it belongs to. */
  late(): void
}

/** A moment of event time for a key. */
export interface FiredTimer {
  readonly time: number
  /** The name of the timer cell; undefined for one of `Out.timer`. */
  readonly cell: string | undefined
}

/**
 * A node of a job. It holds no state of its own: all of it stands in the declared cells, so that it can be rebuilt
 * between any two events. Its functions are synchronous.
 */
export interface Operator<Shapes extends CellShapes = CellShapes> {
  /** The kind of its step, e.g. `window`. */
  readonly kind: string
  /** @default 'append' */
  readonly accepts?: Flow
  /** What it hands on; `same` as what it is given. @default 'same' */
  readonly emits?: Flow | 'same'
  /** How many inputs it reads. @default 1 */
  readonly inputs?: number
  /**
   * The key of a record: one function for each input, or one for all. Without it the key that a step before has given
   * stands; where there is none and cells are declared, all records have the key null.
   */
  readonly key?: ((value: unknown, time: number) => Key) | readonly ((value: unknown, time: number) => Key)[]
  /** What it emits goes on with the key that it came with, also where the operator has one of its own for its state. @default false */
  readonly keepsKey?: boolean
  /** The declared state; none for an operator that remembers nothing. */
  readonly state?: Shapes
  /** The settings that shape its state: where they differ, what was kept does not fit. */
  readonly shape?: Json
  /** The side outputs that it may write to. */
  readonly sides?: readonly string[]
  onRecord(record: GivenRecord, cells: CellsOf<Shapes>, out: Out): void
  /** A timer of a key has fired. Timers fire in the order of their times. */
  onTimer?(timer: FiredTimer, cells: CellsOf<Shapes>, out: Out): void
}

/**
 * Declares an operator: the types of its functions follow its cells.
 *
 * @example
 * const first = operator({
 *   kind: 'first',
 *   state: { seen: value(z.boolean()) },
 *   onRecord({ value, time }, { seen }, out) {
 *     if (!seen.has()) out.emit(value, time)
 *     seen.set(true)
 *   },
 * })
 */
export const operator = <const Shapes extends CellShapes>(declared: Operator<Shapes>): Operator =>
  declared as unknown as Operator
