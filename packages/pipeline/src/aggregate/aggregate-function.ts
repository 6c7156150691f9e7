import type { ValueType } from '../expression/index.ts'
import type { Taken } from '../expression/functions/define.ts'

/** What stands at a place of a call of an aggregate: an expression of each record, or a number that is written down. */
export type AggregateParameter =
  | { readonly name: string; readonly takes: Taken; readonly isOptional?: true }
  | { readonly name: string; readonly number: 'whole' | 'fraction'; readonly default?: number }

/**
 * A function that makes one value of many records, as plans name it: `avg(it.delay)`. How it is computed, the package of
 * streams says. What is null is left out by each of them, so that of nothing but nulls all but the counts are null.
 */
export interface AggregateFunction {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  readonly parameters: readonly AggregateParameter[]
  /** The type of its value, from the types of its expressions without null. */
  readonly gives: (args: readonly ValueType[]) => ValueType
  /** Whether it has a value also where everything was null, e.g. 0. @default false */
  readonly isCount?: boolean
  /** Whether a record that is withdrawn can be taken out of it again. @default false */
  readonly retracts?: boolean
  /** A call, e.g. `avg(it.delay)`. */
  readonly example: string
}
