import type { z } from 'zod'
import type { CastMode } from './cast-mode.ts'
import { lazyType, type ZodType } from './zod-type.ts'

type Kind = ZodType['_zod']['def']['type']

/** Kinds that JSON cannot hold. */
const outsideJson: ReadonlySet<Kind> = new Set<Kind>(['date', 'bigint', 'set', 'map'])
/** Kinds that `toJson` writes as null. */
const writtenAsNull: ReadonlySet<Kind> = new Set<Kind>(['undefined', 'void', 'nan'])
/** Kinds that a text cannot hold. */
const outsideText: ReadonlySet<Kind> = new Set<Kind>([
  ...outsideJson,
  'number',
  'boolean',
  'null',
  'object',
  'array',
  'tuple',
  'record',
])

/** Whether a value of a type can need a cast. A type for which it never does is cast at no cost. */
export function castsAnything(schema: z.core.$ZodType, mode: CastMode, seen = new Set<z.core.$ZodType>()): boolean {
  const type = schema as ZodType
  if (seen.has(type)) return false
  seen.add(type)
  const { def } = type._zod
  if ((mode.from === 'text' ? outsideText : outsideJson).has(def.type)) return !('coerce' in def && def.coerce)
  if (mode.side === 'output' && writtenAsNull.has(def.type)) return true
  if (def.type === 'literal' || def.type === 'enum') {
    return [...type._zod.values!].some((value) => typeof value === 'bigint' || (mode.from === 'text' && !isText(value)))
  }
  return partsOf(type, mode).some((part) => castsAnything(part, mode, seen))
}

const isText = (value: unknown) => typeof value === 'string'

/** The types that a type consists of, on the side that is cast. */
function partsOf(type: ZodType, { side }: CastMode): readonly z.core.$ZodType[] {
  const { def } = type._zod
  switch (def.type) {
    case 'object':
      return [...Object.values(def.shape), ...(def.catchall ? [def.catchall] : [])]
    case 'array':
      return [def.element]
    case 'tuple':
      return [...def.items, ...(def.rest ? [def.rest] : [])]
    case 'record':
      return [def.valueType]
    case 'union':
      return def.options
    case 'intersection':
      return [def.left, def.right]
    case 'pipe':
      return [side === 'input' ? def.in : def.out]
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
      return [def.innerType]
    default:
      return []
  }
}
