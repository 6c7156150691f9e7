import type { z } from 'zod'
import type { CastMode } from './cast-mode.ts'
import { partsOf } from './parts.ts'
import { textFormOf } from './textual.ts'
import type { ZodType } from './zod-type.ts'

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
  if (def.type === 'custom') return textFormOf(type) !== undefined
  if ((mode.from === 'text' ? outsideText : outsideJson).has(def.type)) return !('coerce' in def && def.coerce)
  if (mode.side === 'output' && writtenAsNull.has(def.type)) return true
  if (def.type === 'literal' || def.type === 'enum') {
    return [...type._zod.values!].some((value) => typeof value === 'bigint' || (mode.from === 'text' && !isText(value)))
  }
  return partsOf(type, mode.side).some((part) => castsAnything(part, mode, seen))
}

const isText = (value: unknown) => typeof value === 'string'
