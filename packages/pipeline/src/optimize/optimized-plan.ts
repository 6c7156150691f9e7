import type { Plan } from '../plan/plan.ts'

/** One thing that was done to a plan so that it runs faster. */
export interface Optimization {
  /** Two steps became one, a step was left out, or steps run at once. */
  readonly rule: 'fused' | 'leftOut' | 'together'
  /** The steps that it is about, in the order of the plan. */
  readonly steps: readonly string[]
  /** Why it could be done. */
  readonly because: string
}

/** A plan as it runs: it gives what the plan that it was made of gives, and has the same effects in the same order. */
export interface OptimizedPlan {
  readonly plan: Plan
  /** Steps of which none waits for another, by their ids; each group stands side by side in one list. */
  readonly together: readonly (readonly string[])[]
  /** What was done, in the order in which it was. */
  readonly done: readonly Optimization[]
}
