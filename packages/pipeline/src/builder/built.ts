import type { AnyCommand, AnyEvent } from '@heddle/core'
import type { Plan } from '../plan/plan.ts'
import type { LocalFunction } from './fn.ts'

/** What a builder made: a plan, and what its names mean. */
export interface Built<Input = unknown, Value = unknown> {
  readonly plan: Plan
  readonly commands: readonly (AnyCommand | LocalFunction)[]
  readonly events: readonly AnyEvent[]
  /** Carries types only. */
  readonly types?: { readonly input: Input; readonly value: Value }
}
