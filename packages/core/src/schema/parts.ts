import type { z } from 'zod'
import { lazyType, type ZodType } from './zod-type.ts'

/** The types that a type directly consists of. Of a pipe these are both sides, unless one is asked for. */
export function partsOf(type: ZodType, side?: 'input' | 'output'): readonly z.core.$ZodType[] {
  const { def } = type._zod
  switch (def.type) {
    case 'object':
      return [...Object.values(def.shape), ...(def.catchall ? [def.catchall] : [])]
    case 'array':
      return [def.element]
    case 'tuple':
      return [...def.items, ...(def.rest ? [def.rest] : [])]
    case 'record':
    case 'map':
      return [def.keyType, def.valueType]
    case 'set':
      return [def.valueType]
    case 'union':
      return def.options
    case 'intersection':
      return [def.left, def.right]
    case 'pipe':
      return side ? [side === 'input' ? def.in : def.out] : [def.in, def.out]
    case 'lazy':
      return [lazyType(type)]
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
    case 'promise':
    case 'success':
      return [def.innerType]
    default:
      return []
  }
}
