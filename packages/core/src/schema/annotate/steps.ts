import type { z } from 'zod'
import { anyIndex } from '../../error/key.ts'
import { partsOf } from '../parts.ts'
import type { ZodType } from '../zod-type.ts'

/** The types inside a type with the step of the path that leads there; none for a type at the same place. */
export function stepsOf(type: ZodType): readonly (readonly [string | undefined, z.core.$ZodType])[] {
  const { def } = type._zod
  switch (def.type) {
    case 'object':
      return [...Object.entries(def.shape), ...(def.catchall ? [[anyIndex, def.catchall] as const] : [])]
    case 'tuple':
      return [
        ...def.items.map((item, index) => [String(index), item] as const),
        ...(def.rest ? [[anyIndex, def.rest] as const] : []),
      ]
    case 'array':
    case 'record':
    case 'map':
    case 'set':
      return partsOf(type).map((part) => [anyIndex, part] as const)
    default:
      return partsOf(type).map((part) => [undefined, part] as const)
  }
}
