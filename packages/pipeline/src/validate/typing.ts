import type { AnyCommand, AnyEvent } from '@heddle/core'
import type { ScopeTypes, ValueType } from '../expression/index.ts'
import type { Shape } from '../kinds/shape.ts'
import type { PlanPath } from '../plan/path.ts'
import type { Step } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'

/** A mistake as a rule tells it: its path counts from the settings of the step. */
export type ToldProblem = PlanProblem

/** What the steps of a list give, and whether the value may end among them. */
export interface TypedSteps {
  readonly value: ValueType
  /** Whether a step in it may drop the value. */
  readonly drops: boolean
}

/** What a typing rule is given. Paths count from the settings of its step. */
export interface Typing {
  readonly step: Step
  /** Whether the step stands in a job, where it is given one record after the other. */
  readonly isJob: boolean
  /** The type of `it`. */
  readonly it: ValueType
  /** The type of an expression; `unknown` where it is wrong, which is told. */
  expression(text: string, path: PlanPath, names?: ScopeTypes): ValueType
  /** The type of a shape. */
  shape(shape: Shape, path: PlanPath, names?: ScopeTypes): ValueType
  /** The type of what steps give that begin with this `it`. They see what stands before, and `names` beside it. */
  steps(steps: readonly Step[], path: PlanPath, it: ValueType, names?: ScopeTypes): TypedSteps
  /** Tells that the value may end in this step. */
  drop(): void
  /** The command of a name; told where there is none. */
  command(name: string, path: PlanPath): AnyCommand | undefined
  /** The event of a name; told where there is none. */
  event(name: string, path: PlanPath): AnyEvent | undefined
  /** The command that a pipeline of a name is; told where there is none. */
  pipeline(name: string, path: PlanPath, parameters: Readonly<Record<string, unknown>>): AnyCommand | undefined
  /** Makes a name of `vars` known to the steps behind. */
  define(name: string, type: ValueType): void
  /** Tells where a value of one type does not fit into another; `what` names the value, e.g. `the input of a.B`. */
  fits(from: ValueType, to: ValueType, path: PlanPath, what: string): void
  tell(problem: ToldProblem): void
}
