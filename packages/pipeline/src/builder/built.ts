import type { AnyCommand, AnyEvent, Schema } from '@heddle/core'
import type { Plan } from '../plan/plan.ts'
import type { LocalFunction } from './fn.ts'

/** What a builder made: a plan, and what its names mean. */
export interface Built<Input = unknown, Value = unknown> {
  readonly plan: Plan
  readonly commands: readonly (AnyCommand | LocalFunction)[]
  readonly events: readonly AnyEvent[]
  /** The types of its head that were given as code: they stand for those of the plan, with their marks. */
  readonly schemas?: {
    readonly input?: Schema
    readonly output?: Schema
    /** Of the records of sources, by their names. */
    readonly sources?: Readonly<Record<string, Schema>>
  }
  /** Carries types only. */
  readonly types?: { readonly input: Input; readonly value: Value }
}
