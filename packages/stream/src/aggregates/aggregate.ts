import type { z } from 'zod'

/** When a value happened and what names its record: for aggregates that depend on an order. */
export interface Moment {
  /** Event time: UTC, milliseconds since 1970. */
  readonly time: number
  /** Names the record for good. Asking for it costs something. */
  readonly id: string
}

/**
 * Many values made into one. What it has so far is plain data that stands in a cell: its functions may change it in
 * place, and give what stands there from now on. Null is never given to it.
 */
export interface Aggregate<Value = never, State = unknown, Result = unknown> {
  readonly name: string
  /** The type of what it has so far, as JSON holds it. */
  readonly state: z.ZodType<State>
  /** What it has before the first value: a new one each time. */
  initial(): State
  add(state: State, value: Value, at: Moment): State
  /** Takes a value back that was added. Missing where that is impossible: its window then reads streams that only grow. */
  retract?(state: State, value: Value, at: Moment): State
  /** Adds to one what another has, which nobody uses after that. Sessions need it, where a record joins two of them. */
  merge?(state: State, other: State): State
  /** The value of the aggregate; what it has is not to be changed. */
  result(state: State): Result
}

/** An aggregate of whatever values, as operators hold it. */
export type AnyAggregate = Aggregate<unknown>

/**
 * Declares an aggregate for windows: the types of its functions follow its state.
 *
 * @example
 * const product = defineAggregate({
 *   name: 'product',
 *   state: z.number(),
 *   initial: () => 1,
 *   add: (product, value: number) => product * value,
 *   merge: (one, other) => one * other,
 *   result: (product) => product,
 * })
 */
export const defineAggregate = <Value, State, Result>(
  aggregate: Aggregate<Value, State, Result>,
): Aggregate<Value, State, Result> => aggregate
