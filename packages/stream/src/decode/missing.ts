import type { z } from 'zod'
import { defOf } from './json/shape.ts'

/** The type of a field, where the type of the record is an object that declares it. */
export function typeOfField(schema: z.ZodType | undefined, name: string): z.core.$ZodType | undefined {
  if (schema === undefined || defOf(schema).type !== 'object') return undefined
  const { shape } = defOf(schema)
  return Object.hasOwn(shape, name) ? shape[name] : undefined
}

/** What a type wants where there is no value: no field, null, or what the format has for it. */
export function missingOf(type: z.core.$ZodType | undefined): 'absent' | 'null' | 'given' {
  if (type === undefined) return 'given'
  // A type that reads other values first, e.g. texts as times, says that it takes a missing one, though only null will do.
  if (isNullable(type)) return 'null'
  return type._zod.optin !== undefined ? 'absent' : 'given'
}

function isNullable(type: z.core.$ZodType): boolean {
  const def = defOf(type)
  if (def.type === 'nullable') return true
  return def.type === 'readonly' || def.type === 'nonoptional' ? isNullable(def.innerType) : false
}
