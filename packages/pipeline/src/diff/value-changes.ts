import type { Json } from '@heddle/core'

/** A difference between two values: what stands at a path in each, and nothing where it is missing. */
export interface ValueChange {
  readonly path: readonly string[]
  readonly before?: Json
  readonly after?: Json
}

/** The least differences of two values: fields of records are looked into, lists are not. */
export function valueChanges(before: Json | undefined, after: Json | undefined): readonly ValueChange[] {
  return [...changes(before, after, [])]
}

function* changes(before: Json | undefined, after: Json | undefined, path: readonly string[]): Generator<ValueChange> {
  if (sameJson(before, after)) return
  if (isRecord(before) && isRecord(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      yield* changes(before[name], after[name], [...path, name])
    }
    return
  }
  yield { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}

/** A record of JSON. */
export type JsonRecord = Readonly<Record<string, Json | undefined>>

/** Whether a value is a record, and neither a list nor null. */
export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether two values are the same; the order of fields does not count. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (Object.is(one, other)) return true
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameJson(item as Json, other[index] as Json))
  }
  if (!isRecord(one) || !isRecord(other)) return false
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => name in other && sameJson(one[name], other[name]))
  )
}
