import { refTarget, type Schema } from '@heddle/core'
import type { z } from 'zod'

/**
 * Whether checking a value twice gives what checking it once gives: nothing in the type loads a record or makes
 * something else of a value. Only such a type can stand on a pipeline and on its first command.
 */
export function isSteady(schema: Schema): boolean {
  return steady(schema as z.core.$ZodType, new Set())
}

function steady(type: z.core.$ZodType, seen: Set<z.core.$ZodType>): boolean {
  if (seen.has(type)) return true
  seen.add(type)
  if (refTarget(type)) return false
  const def = (type as z.core.$ZodTypes)._zod.def
  switch (def.type) {
    case 'transform':
      return false
    case 'pipe':
      return !('transform' in def && def.transform) && steady(def.in, seen) && steady(def.out, seen)
    case 'object':
      return [...Object.values(def.shape), ...(def.catchall ? [def.catchall] : [])].every((part) => steady(part, seen))
    case 'array':
      return steady(def.element, seen)
    case 'tuple':
      return [...def.items, ...(def.rest ? [def.rest] : [])].every((part) => steady(part, seen))
    case 'record':
    case 'map':
      return steady(def.keyType, seen) && steady(def.valueType, seen)
    case 'set':
      return steady(def.valueType, seen)
    case 'union':
      return def.options.every((option) => steady(option, seen))
    case 'intersection':
      return steady(def.left, seen) && steady(def.right, seen)
    case 'lazy':
      return steady((type as z.core.$ZodLazy)._zod.innerType, seen)
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return steady(def.innerType, seen)
    default:
      return true
  }
}
