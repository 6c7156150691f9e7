import type { z } from 'zod'
import type { Schema } from './schema.ts'

/**
 * Whether a type holds an asynchronous function that can be seen as such: `async` functions are; others that return a
 * promise are found out by the first check.
 */
export function hasAsync(schema: Schema): boolean {
  return visit(schema as z.core.$ZodType, new Set())
}

function visit(value: unknown, seen: Set<unknown>): boolean {
  if (typeof value === 'function') return value.constructor.name === 'AsyncFunction'
  if (typeof value !== 'object' || value === null || seen.has(value)) return false
  seen.add(value)
  if ('_zod' in value) return visit((value as z.core.$ZodType)._zod.def, seen)
  if (Array.isArray(value)) return value.some((part) => visit(part, seen))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.values(value).some((part) => visit(part, seen))
}
