import type { z } from 'zod'
import { partsOf } from './parts.ts'
import { checksOf, type ZodType } from './zod-type.ts'

const known = new WeakMap<z.core.$ZodType, boolean>()

/** Whether checking a type runs code of its author, which could be slow, asynchronous or have effects. */
export function runsCode(schema: z.core.$ZodType): boolean {
  let found = known.get(schema)
  if (found === undefined) known.set(schema, (found = look(schema as ZodType, new Set())))
  return found
}

function look(type: ZodType, seen: Set<ZodType>): boolean {
  if (seen.has(type)) return false
  seen.add(type)
  const { def } = type._zod
  if (def.type === 'transform' || def.type === 'custom' || def.type === 'function' || def.type === 'promise')
    return true
  if ('transform' in def || checksOf(type).some(isCode)) return true
  return partsOf(type).some((part) => look(part as ZodType, seen))
}

const isCode = ({ _zod: { def } }: ReturnType<typeof checksOf>[number]) =>
  def.check === 'custom' || def.check === 'property' || 'fn' in def
