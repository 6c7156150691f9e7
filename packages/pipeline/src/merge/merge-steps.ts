import type { Json } from '@heddle/core'
import { type FlatPlan, type FlatStep, keyOf, type ListAddress } from '../diff/flat-plan.ts'
import { sameJson } from '../diff/value-changes.ts'
import type { PlanConflict } from './conflict.ts'
import { mergeValues } from './merge-values.ts'
import type { Sides } from './sides.ts'

/** A step that stays, with where it stands. */
export interface MergedStep {
  readonly own: Readonly<Record<string, Json>>
  list: ListAddress
}

/** Every step that stays, each as it becomes; the lists inside of it are empty. */
export function mergeSteps(
  { base, ours, theirs }: Sides<FlatPlan>,
  tell: (conflict: PlanConflict) => void,
): Map<string, MergedStep> {
  const merged = new Map<string, MergedStep>()
  for (const id of new Set([...ours.steps.keys(), ...theirs.steps.keys()])) {
    const sides = { base: base.steps.get(id), ours: ours.steps.get(id), theirs: theirs.steps.get(id) }
    const step = sides.ours && sides.theirs ? both(sides, tell) : oneSided(sides, tell)
    if (step) merged.set(id, step)
  }
  return merged
}

function both({ base, ours, theirs }: Sides<FlatStep | undefined>, tell: (conflict: PlanConflict) => void): MergedStep {
  const { id } = ours!
  const own = mergeValues({ base: base?.own, ours: ours!.own, theirs: theirs!.own }, (conflict) =>
    tell({ step: id, about: 'field', ...conflict }),
  ) as MergedStep['own']
  const [before, mine, other] = [base, ours, theirs].map((step) => step && keyOf(step.list))
  if (mine !== other && mine !== before && other !== before) {
    const lists = { ours: [...ours!.list], theirs: [...theirs!.list], ...(base && { base: [...base.list] }) }
    tell({ step: id, about: 'place', path: [], ...lists })
  }
  return { own, list: mine === before ? theirs!.list : ours!.list }
}

/** What one side added stays; what one side removed goes, unless the other changed it or put it elsewhere. */
function oneSided({ base, ours, theirs }: Sides<FlatStep | undefined>, tell: (conflict: PlanConflict) => void) {
  const step = (ours ?? theirs)!
  if (!base) return { own: step.own, list: step.list }
  if (sameJson({ ...base.own }, { ...step.own }) && keyOf(base.list) === keyOf(step.list)) return undefined
  const values = {
    base: { ...base.own },
    ...(ours && { ours: { ...ours.own } }),
    ...(theirs && { theirs: { ...theirs.own } }),
  }
  tell({ step: step.id, about: 'removed', path: [], ...values })
  return { own: step.own, list: step.list }
}
