import type { Json } from '@heddle/core'
import type { FlatPlan, ListAddress } from '../diff/flat-plan.ts'
import type { PlanConflict } from './conflict.ts'
import type { Sides } from './sides.ts'

/**
 * Puts steps into the step around them. Where one side removed the list while the other put steps into it, it is there
 * again, and that is told.
 */
export function putList(
  step: Record<string, Json>,
  address: ListAddress,
  list: readonly Json[],
  sides: Sides<FlatPlan>,
  tell: (conflict: PlanConflict) => void,
): void {
  const [id, ...path] = address
  const owns = [sides.theirs, sides.ours, sides.base].map(({ steps }) => steps.get(id!)?.own)
  let isBack = false
  let holder: Json = step
  for (const [index, name] of path.entries()) {
    const isLast = index === path.length - 1
    let next = partOf(holder, name)
    if (next === undefined) {
      isBack = true
      const before = owns.map((own) => partAt(own, path.slice(0, index + 1))).find((part) => part !== undefined)
      next = structuredClone(before) ?? {}
      put(holder, name, next)
    }
    if (isLast) put(holder, name, list)
    else holder = next
  }
  if (isBack) {
    const [theirs, ours, base] = owns.map((own) => partAt(own, path.slice(0, 1)))
    tell({ step: id!, about: 'removed', path, ...defined({ base, ours, theirs }) })
  }
}

/** A field of a record, or the thing of a list that has this id or stands at this place. */
function partOf(holder: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(holder)) {
    const known = holder.find((item) => (item as { readonly id?: unknown } | null)?.id === name)
    return (known ?? holder[Number(name)]) as Json | undefined
  }
  return typeof holder === 'object' && holder !== null ? (holder as Record<string, Json>)[name] : undefined
}

/** What stands at a path in a step; things of a list are named by their ids. */
export const partAt = (own: Json | undefined, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((part, name) => partOf(part, name), own)

function put(holder: Json, name: string, value: Json): void {
  if (Array.isArray(holder)) holder.push(value)
  else (holder as Record<string, Json>)[name] = value
}

const defined = (values: Readonly<Record<string, Json | undefined>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
