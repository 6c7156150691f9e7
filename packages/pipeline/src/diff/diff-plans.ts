import type { Json } from '@heddle/core'
import { canonicalPlan } from '../plan/hash.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { addressOf, type FlatPlan, flatPlan, type FlatStep, formatAddress, keyOf } from './flat-plan.ts'
import { longestIncreasing } from './longest-increasing.ts'
import { valueChanges } from './value-changes.ts'

/** Where a step stands: the list, e.g. `steps` or `late/when/then`, and the step before it there. */
export interface StepPlace {
  readonly list: string
  /** Missing where it is the first one. */
  readonly after?: string
}

/** One difference between two plans. */
export type PlanChange =
  | { readonly change: 'added' | 'removed'; readonly step: string; readonly place: StepPlace; readonly value: Step }
  | { readonly change: 'moved'; readonly step: string; readonly from: StepPlace; readonly to: StepPlace }
  /** A field of a step, or of the plan where no step is named. */
  | {
      readonly change: 'changed'
      readonly step?: string
      readonly path: readonly string[]
      readonly before?: Json
      readonly after?: Json
    }

/**
 * What is different between two plans, step by step: a step is the same one as long as its id is, wherever it stands and
 * whatever it does. The steps inside of a step that was added or removed are told one by one.
 *
 * @throws {Defect} InvalidPlan, where an id stands twice
 * @example diffPlans(before, after) // [{ change: 'moved', step: 'late', from: …, to: … }]
 */
export function diffPlans(before: Plan, after: Plan): readonly PlanChange[] {
  const [old, now] = [flatPlan(canonicalPlan(before)), flatPlan(canonicalPlan(after))]
  const moved = movedSteps(old, now)
  const changes: PlanChange[] = valueChanges(old.header, now.header).map((change) => ({ change: 'changed', ...change }))
  for (const [id, step] of old.steps) {
    if (!now.steps.has(id))
      changes.push({ change: 'removed', step: id, place: placeOf(step, old), value: valueOf(step) })
  }
  for (const [id, step] of now.steps) {
    const known = old.steps.get(id)
    if (!known) {
      changes.push({ change: 'added', step: id, place: placeOf(step, now), value: valueOf(step) })
      continue
    }
    if (moved.has(id)) changes.push({ change: 'moved', step: id, from: placeOf(known, old), to: placeOf(step, now) })
    for (const change of valueChanges(known.own, step.own)) changes.push({ change: 'changed', step: id, ...change })
  }
  return changes
}

const valueOf = ({ own }: FlatStep) => own as unknown as Step

function placeOf({ id, list }: FlatStep, { lists }: FlatPlan): StepPlace {
  const ids = lists.get(keyOf(list))!
  const after = ids[ids.indexOf(id) - 1]
  return { list: formatAddress(list), ...(after !== undefined && { after }) }
}

/** Steps that stand in another list, and the fewest that were taken out of the order of theirs. */
function movedSteps(old: FlatPlan, now: FlatPlan): ReadonlySet<string> {
  const moved = new Set<string>()
  for (const [key, ids] of now.lists) {
    const before = old.lists.get(key) ?? []
    const stayed = ids.filter((id) => before.includes(id))
    const kept = longestIncreasing(stayed.map((id) => before.indexOf(id)))
    for (const [index, id] of stayed.entries()) if (!kept.has(index)) moved.add(id)
    const parent = addressOf(key)
    for (const id of ids) {
      const known = old.steps.get(id)
      if (known && keyOf(known.list) !== keyOf(parent)) moved.add(id)
    }
  }
  return moved
}
