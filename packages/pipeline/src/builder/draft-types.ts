import type { AnyCommand, InputFor, InputOf, Json, OutputOf, ValueOf } from '@heddle/core'
import type { Shape } from '../kinds/shape.ts'
import type { From, OnError } from '../plan/plan.ts'
import type { LocalFunction } from './fn.ts'

/** What a step can call: a command, or a function with a name. A closure without one is neither. */
export type Callee = AnyCommand | LocalFunction

/** What a callee is given. */
export type GivenTo<C> = C extends AnyCommand
  ? InputFor<C>
  : C extends LocalFunction<infer Input>
    ? InputOf<Input>
    : never

/** What a callee gives. */
export type ValueFrom<C> = C extends AnyCommand
  ? ValueOf<C>
  : C extends LocalFunction<infer _Input, infer Output>
    ? OutputOf<Output>
    : never

/**
 * Added to a parameter, lets only those through that take the value of the step before. What is not known here is
 * checked when the pipeline is made.
 */
export type Taking<Value, Given> = unknown extends Value
  ? unknown
  : [Value] extends [Given]
    ? unknown
    : DoesNotTake<Value>

/** Stands in the message of the compiler. */
export interface DoesNotTake<Value> {
  readonly doesNotTake: Value
}

/** The type of the items of a list. */
export type ItemOf<Value> = Value extends readonly (infer Item)[] ? Item : unknown

/** What every step may have beside its settings. */
export interface StepOptions {
  readonly summary?: string
  readonly requirements?: readonly string[]
  readonly from?: From
  readonly if?: string
  readonly policies?: string | readonly string[]
  readonly retry?: Json
  readonly timeout?: Json
  readonly circuitBreaker?: Json
  readonly bulkhead?: Json
  readonly rateLimit?: Json
  readonly cache?: Json
  readonly fallback?: Json
  readonly onError?: OnError
}

/** Options of a step that calls. */
export interface CallOptions extends StepOptions {
  /** What the command is given, instead of the value. */
  readonly with?: Shape
}

/** What the value of a step is with these options. */
export type WithOptions<Value, Before, Options> = Options extends { readonly if: string } ? Value | Before : Value

/** How branches become one value. */
export type MergeName = 'object' | 'list' | 'first' | 'weightedAverage'

/** The value of a parallel step, by its branches and the way they are merged. */
export type Merged<Values, Merge> = Merge extends 'list'
  ? Values[keyof Values][]
  : Merge extends 'first'
    ? Values[keyof Values]
    : Merge extends 'weightedAverage'
      ? unknown
      : Merge extends AnyCommand
        ? ValueOf<Merge>
        : Values
