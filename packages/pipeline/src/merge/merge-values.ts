import type { Json } from '@heddle/core'
import { isRecord, type JsonRecord, sameJson } from '../diff/value-changes.ts'
import { mergeOrder } from './merge-order.ts'
import type { Sides } from './sides.ts'

/** A field that both sides changed, each in its way. */
export interface FieldConflict extends Sides<Json | undefined> {
  readonly path: readonly string[]
}

/**
 * Merges two changes of one value: what only one side changed is as that side has it, records field by field, lists of
 * things with ids thing by thing. Where both changed the same it is told, and ours stands.
 */
export function mergeValues(
  { base, ours, theirs }: Sides<Json | undefined>,
  tell: (conflict: FieldConflict) => void,
  path: readonly string[] = [],
): Json | undefined {
  if (sameJson(ours, theirs) || sameJson(base, theirs)) return ours
  if (sameJson(base, ours)) return theirs
  if (isRecord(ours) && isRecord(theirs) && (base === undefined || isRecord(base))) {
    return mergeRecords({ base: base ?? {}, ours, theirs }, tell, path)
  }
  const lists = [ours, theirs, base ?? []]
  if (lists.every(hasIds)) {
    const [own, other, before] = lists.map((list) => byId(list as unknown as readonly Thing[]))
    const merged = mergeRecords({ base: before!, ours: own!, theirs: other! }, tell, path)
    const ids = (list: JsonRecord | undefined) => Object.keys(list!)
    const sides = { base: ids(before), ours: ids(own), theirs: ids(other) }
    const order = mergeOrder(sides, new Set(Object.keys(merged)), () => tell({ path, base, ours, theirs }))
    return order.map((id) => merged[id]!)
  }
  tell({ path, base, ours, theirs })
  return ours ?? theirs
}

function mergeRecords(
  { base, ours, theirs }: Sides<JsonRecord>,
  tell: (conflict: FieldConflict) => void,
  path: readonly string[],
): Record<string, Json> {
  const merged = new Map<string, Json>()
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const value = mergeValues({ base: base[name], ours: ours[name], theirs: theirs[name] }, tell, [...path, name])
    if (value !== undefined) merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

type Thing = JsonRecord & { readonly id: string }

const hasIds = (list: Json | undefined): list is Json[] =>
  Array.isArray(list) &&
  list.every((item) => isRecord(item) && typeof item.id === 'string') &&
  new Set(list.map((item) => (item as unknown as Thing).id)).size === list.length

const byId = (list: readonly Thing[]): JsonRecord => Object.fromEntries(list.map((item) => [item.id, item as Json]))
