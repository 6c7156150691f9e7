import type { PlanPath } from '../plan/path.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { kindOf } from '../kinds/kind-of.ts'
import { type ReadStep, readStep } from './read-config.ts'

/** A step at its place. */
export interface WalkedStep extends ReadStep {
  /** The way to the step from the plan. */
  readonly path: PlanPath
  /** The way to its settings; those that stand beside the kind are found by `settingPath`. */
  readonly configPath: PlanPath
}

/**
 * Every sound step of a plan, each before the steps inside of it.
 *
 * @example [...walkSteps(plan)].map(({ step }) => step.id)
 */
export function* walkSteps(plan: Pick<Plan, 'steps'>, path: PlanPath = ['steps']): Generator<WalkedStep> {
  yield* walk(plan.steps, path)
}

function* walk(steps: readonly Step[], path: PlanPath): Generator<WalkedStep> {
  for (const [index, step] of steps.entries()) {
    const read = readStep(step)
    if (!read) continue
    const own = [...path, index]
    const configPath = [...own, kindOf(step)!]
    yield { ...read, path: own, configPath }
    for (const nested of read.kind.nested?.(read.config) ?? [])
      yield* walk(nested.steps, [...configPath, ...nested.path])
  }
}
