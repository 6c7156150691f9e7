import { Defect, toJson, type Json } from '@heddle/core'
import { formatProblem } from '../plan/problem.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { kindOf } from '../kinds/kind-of.ts'
import { stepKinds } from '../kinds/kinds.ts'
import { nestedLists } from '../validate/nested-lists.ts'
import { isRecord } from './value-changes.ts'

/**
 * Where a list of steps stands: `steps` of the plan, or the id of a step, its kind and the way to the list in its
 * settings. Items that have an id are named by it and not by their number, which changes with what stands before them.
 */
export type ListAddress = readonly string[]

/** A step taken out of its plan. */
export interface FlatStep {
  readonly id: string
  /** The step; each list of steps inside of it is empty. */
  readonly own: Readonly<Record<string, Json>>
  readonly list: ListAddress
}

/** A plan with all its steps side by side, however deep they stand. */
export interface FlatPlan {
  /** Everything beside the steps. */
  readonly header: Readonly<Record<string, Json>>
  readonly steps: ReadonlyMap<string, FlatStep>
  /** Key of an address → the ids of the steps there, in their order. */
  readonly lists: ReadonlyMap<string, readonly string[]>
}

/** The address as a key of maps. */
export const keyOf = (address: ListAddress): string => JSON.stringify(address)
/** The address of a key. */
export const addressOf = (key: string): ListAddress => JSON.parse(key) as ListAddress
/** The address as people read it, e.g. `late/when/then`. */
export const formatAddress = (address: ListAddress): string => address.join('/')

/** @throws {Defect} InvalidPlan, where an id stands twice */
export function flatPlan(plan: Plan): FlatPlan {
  const { steps: outer, ...header } = toJson(plan) as unknown as Record<string, Json> & { steps: readonly Step[] }
  const steps = new Map<string, FlatStep>()
  const lists = new Map<string, readonly string[]>()

  const twice = (what: string, list: ListAddress) => {
    const message = `There are two ${what}: an id stands once in a plan`
    const problems = formatProblem({ about: 'name', path: list, message })
    return new Defect('InvalidPlan', { name: plan.pipeline, problems: `\n  ${problems}` })
  }
  const take = (taken: readonly Step[], list: ListAddress): void => {
    if (lists.has(keyOf(list))) throw twice('branches of one id', list)
    lists.set(
      keyOf(list),
      taken.map(({ id }) => id),
    )
    for (const step of taken) {
      if (steps.has(step.id)) throw twice(`steps "${step.id}"`, [...list, step.id])
      const own = structuredClone(step) as unknown as Record<string, Json>
      steps.set(step.id, { id: step.id, own, list })
      const kind = stepKinds.get(kindOf(step) ?? '')
      if (!kind) continue
      for (const { path, steps: inside } of nestedLists(kind, step[kind.name])) {
        if (!inside.every(isStep)) continue
        const place = at(own[kind.name], path)
        take(inside, [step.id, kind.name, ...place.address])
        place.clear()
      }
    }
  }
  take(outer, ['steps'])
  return { header, steps, lists }
}

const isStep = (item: unknown): item is Step => isRecord(item) && typeof item.id === 'string'

/** What stands at a path, with the names of the items on the way. */
function at(root: Json | undefined, path: readonly (string | number)[]) {
  let holder: unknown = root
  const address: string[] = []
  for (const name of path.slice(0, -1)) {
    const next = (holder as Record<string, unknown>)[name]
    const id = Array.isArray(holder) ? (next as { id?: unknown }).id : undefined
    address.push(typeof id === 'string' ? id : String(name))
    holder = next
  }
  const last = path.at(-1)!
  const list = holder as Record<string, unknown>
  address.push(String(last))
  return { address, clear: () => (list[last] = []) }
}
