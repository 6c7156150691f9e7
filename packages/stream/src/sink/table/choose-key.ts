import { Defect } from '@heddle/core'
import type { ValueType } from '@heddle/pipeline'
import type { SinkInput } from '../sink.ts'
import type { RowKey } from './row-key.ts'
import { leavesOutWindow } from './window-order.ts'

/**
 * By what rows are told apart: by the fields that are named, by those that the step before groups by, by the key of the
 * stream where it withdraws records, or not at all.
 *
 * @throws {Defect} InvalidDefinition for a key that is no field
 */
export function chooseKey(
  name: string,
  given: string | readonly string[] | undefined,
  type: ValueType,
  input: SinkInput | undefined,
): RowKey {
  const named = given ?? input?.keys
  if (named === undefined || named.length === 0) return { by: input?.flow === 'changes' ? 'key' : 'record' }
  const names = typeof named === 'string' ? [named] : named
  const isOfNewest = leavesOutWindow(names, input?.keys)
  if (type.kind !== 'record') return { by: 'fields', fields: names, isOfNewest }
  for (const field of names) {
    if (type.fields[field] !== undefined) continue
    const reason = `its records have no field "${field}" for the key; they have ${Object.keys(type.fields).join(', ')}`
    throw new Defect('InvalidDefinition', { name, reason })
  }
  const [first, ...others] = names.map((field) => ({ field, ...type.fields[field]! }))
  const isPlain = first!.type.nullable !== true && first!.optional !== true
  if (others.length === 0 && isPlain && (first!.type.kind === 'string' || first!.type.kind === 'int'))
    return { by: 'field', field: first!.field, isOfNewest }
  return { by: 'fields', fields: names, isOfNewest }
}
