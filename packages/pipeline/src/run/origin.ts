import type { AnyCommand } from '@heddle/core'
import type { Built } from '../builder/built.ts'
import type { LocalFunction } from '../builder/fn.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { type LoadedPlan, loadPlan } from '../text/load-plan.ts'
import { invalidPlan } from './invalid-plan.ts'

/** What a pipeline is made of: a plan, the URL of its file, a plan that was loaded, or what a builder made. */
export type PlanOrigin<Input = unknown, Value = unknown> = Plan | URL | LoadedPlan | Built<Input, Value>

/** A plan with what came along with it. */
export interface ReadOrigin {
  readonly plan: Plan
  readonly file: string | undefined
  readonly imported: readonly LoadedPlan[]
  /** What a builder was given beside names. */
  readonly commands: readonly (AnyCommand | LocalFunction)[]
  readonly events: Built['events']
  readonly schemas?: Built['schemas']
  locate(problems: readonly PlanProblem[]): readonly PlanProblem[]
}

/** @throws {Defect} InvalidPlan, when the file cannot be read */
export function readOrigin(origin: PlanOrigin): ReadOrigin {
  if (origin instanceof URL) {
    const result = loadPlan(origin)
    if (!result.ok) throw invalidPlan(origin.pathname.split('/').at(-1)!, result.errors)
    return readOrigin(result.loaded)
  }
  if ('imported' in origin) {
    const { plan, file, source, imported } = origin as LoadedPlan
    return { plan, file, imported, commands: [], events: [], locate: (problems) => source.locate(problems) }
  }
  const nothing = { file: undefined, imported: [], locate: (problems: readonly PlanProblem[]) => problems }
  if ('commands' in origin && 'plan' in origin) {
    const { plan, commands, events, schemas } = origin as Built
    return { ...nothing, plan, commands, events, schemas }
  }
  return { ...nothing, plan: origin as Plan, commands: [], events: [] }
}

/** Another plan in the place of one: a stored one goes with the imports of the file, one that was loaded brings its own. */
export function otherPlan(read: ReadOrigin, other: Plan | LoadedPlan): ReadOrigin {
  if (!('imported' in other)) return { ...read, plan: other, locate: (problems) => problems }
  const { plan, file, imported, locate } = readOrigin(other)
  return { ...read, plan, file, imported, locate }
}
