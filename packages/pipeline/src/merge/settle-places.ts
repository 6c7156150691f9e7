import type { FlatPlan } from '../diff/flat-plan.ts'
import type { PlanConflict } from './conflict.ts'
import type { MergedStep } from './merge-steps.ts'
import type { Sides } from './sides.ts'

/**
 * Sees to it that each step has a place: a step around others stays although one side removed it, and steps of which
 * each side put another into the other stand where ours has them.
 */
export function settlePlaces(
  steps: Map<string, MergedStep>,
  sides: Sides<FlatPlan>,
  tell: (conflict: PlanConflict) => void,
): void {
  // Where a circle was opened, a step may stand in one that one side removed.
  do bringBack(steps, sides, tell)
  while (openCircle(steps, sides, tell))
}

type Tell = (conflict: PlanConflict) => void

function bringBack(steps: Map<string, MergedStep>, { ours, theirs }: Sides<FlatPlan>, tell: Tell): void {
  // Steps that come back are looked at too: a map gives what is added while it is walked.
  for (const { list } of steps.values()) {
    const parent = parentOf(list)
    if (parent === undefined || steps.has(parent)) continue
    const [own, other] = [ours.steps.get(parent), theirs.steps.get(parent)]
    const kept = (own ?? other)!
    const values = { ...(own && { ours: { ...own.own } }), ...(other && { theirs: { ...other.own } }) }
    tell({ step: parent, about: 'removed', path: [], ...values })
    steps.set(parent, { own: kept.own, list: kept.list })
  }
}

/** Puts one step of a circle where ours has it. Says whether there was one. */
function openCircle(steps: ReadonlyMap<string, MergedStep>, { ours }: Sides<FlatPlan>, tell: Tell): boolean {
  for (const id of steps.keys()) {
    for (const moved of circleFrom(id, steps) ?? []) {
      const step = steps.get(moved)!
      const own = ours.steps.get(moved)
      if (own === undefined || parentOf(own.list) === parentOf(step.list)) continue
      tell({ step: moved, about: 'place', path: [], ours: [...own.list], theirs: [...step.list] })
      step.list = own.list
      return true
    }
  }
  return false
}

const parentOf = (list: readonly string[]) => (list.length === 1 ? undefined : list[0]!)

/** The steps on the way from one outward, where it leads back. */
function circleFrom(id: string, steps: ReadonlyMap<string, MergedStep>): readonly string[] | undefined {
  const way = [id]
  for (let parent = parentOf(steps.get(id)!.list); parent !== undefined; parent = parentOf(steps.get(parent)!.list)) {
    if (way.includes(parent)) return way.slice(way.indexOf(parent))
    way.push(parent)
  }
  return undefined
}
