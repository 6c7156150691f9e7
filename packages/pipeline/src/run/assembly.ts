import type { AnyCommand, AnyEvent } from '@heddle/core'
import type { Step } from '../plan/plan.ts'
import type { Attempt, Executors, Run } from './executor.ts'

/**
 * What a mode brings to make the steps of a plan ready: its executors, and how commands and groups of steps become
 * something that it can run.
 */
export interface Assembly {
  readonly executors: Executors
  /** Notes that steps call this command; `step` is the one whose policies stand around it. */
  command(command: AnyCommand, step?: Step): AnyCommand
  event(event: AnyEvent): AnyEvent
  /** Steps that can be undone as a whole; `name` tells several in one step apart. */
  isolate(step: Step, make: (inner: Assembly) => Run, name?: string): Attempt
}
