import { unionOf, optionsOf } from './union-of.ts'
import type { ValueType } from './value-type.ts'

/** The type without null. What is unknown stays so. */
export const withoutNull = (type: ValueType): ValueType => (type.kind === 'unknown' ? type : unionOf(optionsOf(type)))

/** The type of those values of which a field, or a field of a field, is not null. */
export function whereNotNull(type: ValueType, [name, ...rest]: readonly string[]): ValueType {
  const known = withoutNull(type)
  if (name === undefined || known.kind !== 'record' || !Object.hasOwn(known.fields, name)) return known
  const field = whereNotNull(known.fields[name]!.type, rest)
  return { ...known, fields: { ...known.fields, [name]: { type: field } } }
}
