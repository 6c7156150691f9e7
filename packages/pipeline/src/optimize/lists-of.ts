import { stepKinds } from '../kinds/kinds.ts'
import type { Step } from '../plan/plan.ts'
import { kindOf } from '../kinds/kind-of.ts'
import { nestedLists } from '../validate/nested-lists.ts'

/** Every list of steps, each before those inside of its steps. */
export function listsOf(steps: Step[]): readonly Step[][] {
  return [steps, ...steps.flatMap((step) => innerLists(step).flatMap(listsOf))]
}

/** The lists of steps that stand right inside of a step. */
export function innerLists(step: Step): readonly Step[][] {
  const kind = stepKinds.get(kindOf(step) ?? '')
  return kind ? nestedLists(kind, step[kind.name]).map(({ steps }) => steps as Step[]) : []
}
