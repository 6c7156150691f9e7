import type { z } from 'zod'
import type { Schema } from '../schema/schema.ts'
import { zodType } from '../schema/zod-type.ts'

/** The value at a path of fields, e.g. `owner/email`; undefined where there is none. */
export function fieldOf(input: unknown, path: string): unknown {
  let value = input
  for (const field of path.split('/')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined
    value = (value as Record<string, unknown>)[field]
  }
  return value
}

/** Why a path cannot be one of a type; nothing where it is, or where only values can tell. */
export function unknownField(type: Schema, path: string): string | undefined {
  let current: z.core.$ZodType = zodType(type)
  for (const field of path.split('/')) {
    const { def } = current._zod as { def: Partial<z.core.$ZodObjectDef> & { type: string } }
    if (def.type !== 'object' || !def.shape) return undefined
    const inner = def.shape[field]
    if (!inner) return `the input has no field "${path}"`
    current = inner
  }
}
