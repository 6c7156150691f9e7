import type { Json } from '@heddle/core'
import { addressOf, type FlatPlan, flatPlan, keyOf, type ListAddress } from '../diff/flat-plan.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanConflict } from './conflict.ts'
import { mergeOrder } from './merge-order.ts'
import { mergeSteps, type MergedStep } from './merge-steps.ts'
import { mergeValues } from './merge-values.ts'
import { partAt, putList } from './put-list.ts'
import { settlePlaces } from './settle-places.ts'
import type { Sides } from './sides.ts'

/** Two versions of a plan made one. It is whole also where there are conflicts: ours stands, and what one side removed. */
export interface MergedPlan {
  readonly plan: Plan
  readonly conflicts: readonly PlanConflict[]
}

/**
 * Merges two edited versions of a plan, step by step: what one side changed, added, moved or removed is done, and what
 * both did differently is a conflict with both sides. A step goes only where one side removed it and the other left it
 * as it was.
 *
 * @throws {Defect} InvalidPlan, where an id stands twice
 * @example
 * const { plan, conflicts } = mergePlans(base, ours, theirs)
 * for (const conflict of conflicts) console.error(formatConflict(conflict))
 */
export function mergePlans(base: Plan, ours: Plan, theirs: Plan): MergedPlan {
  const conflicts: PlanConflict[] = []
  const tell = (conflict: PlanConflict) => void conflicts.push(conflict)
  const sides: Sides<FlatPlan> = { base: flatPlan(base), ours: flatPlan(ours), theirs: flatPlan(theirs) }
  const header = mergeValues(
    { base: { ...sides.base.header }, ours: { ...sides.ours.header }, theirs: { ...sides.theirs.header } },
    (conflict) => tell({ about: 'field', ...conflict }),
  )
  const steps = mergeSteps(sides, tell)
  settlePlaces(steps, sides, tell)
  const lists = orderLists(steps, sides, tell)

  const made = new Map<string, Record<string, Json>>()
  for (const [id, { own }] of steps) made.set(id, structuredClone(own) as Record<string, Json>)
  let outer: readonly Json[] = []
  for (const [key, ids] of lists) {
    const list = ids.map((id) => made.get(id)!)
    const address = addressOf(key)
    const [id] = address
    if (address.length === 1) outer = list
    else putList(made.get(id!)!, address, list, sides, tell)
  }
  // The plan is of the steps' shape: all of it came from plans.
  return { plan: { ...(header as object), steps: outer } as unknown as Plan, conflicts }
}

/** Puts the steps of each list into their order. */
function orderLists(
  steps: ReadonlyMap<string, MergedStep>,
  sides: Sides<FlatPlan>,
  tell: (conflict: PlanConflict) => void,
): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, Set<string>>()
  for (const [id, { list }] of steps) {
    const known = members.get(keyOf(list)) ?? new Set()
    members.set(keyOf(list), known.add(id))
  }
  const keys = new Set([...members.keys(), ...sides.ours.lists.keys(), ...sides.theirs.lists.keys()])
  const ordered = new Map<string, readonly string[]>()
  for (const key of keys) {
    const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map(({ lists }) => lists.get(key) ?? [])
    const own = { base: base!, ours: ours!, theirs: theirs! }
    const told = (about: 'order' | 'empty') => tell({ ...placeOf(addressOf(key)), about, ...listsOf(own) })
    const list = members.get(key)
    if (list)
      ordered.set(
        key,
        mergeOrder(own, list, () => told('order')),
      )
    else if (isLeftEmpty(key, steps)) told('empty')
  }
  return ordered
}

/** Whether a list is there and no step is left in it. */
function isLeftEmpty(key: string, steps: ReadonlyMap<string, MergedStep>): boolean {
  const [id, ...path] = addressOf(key)
  return path.length === 0 || partAt(steps.get(id!)?.own, path) !== undefined
}

const placeOf = (address: ListAddress) =>
  address.length === 1 ? { path: address } : { step: address[0]!, path: address.slice(1) }

const listsOf = ({ base, ours, theirs }: Sides<readonly string[]>) => ({
  base: [...base],
  ours: [...ours],
  theirs: [...theirs],
})
