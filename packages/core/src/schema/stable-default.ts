import type { Json } from '../manifest/json.ts'
import { canonicalJson } from '../manifest/canonical.ts'
import { toJson } from './to-json.ts'
import type { ZodType } from './zod-type.ts'

/**
 * The default of a type as JSON, or nothing where it is made anew each time: a manifest must not differ from one start
 * to the next. A default is taken for new when two readings differ, and a date always.
 */
export function stableDefault(type: ZodType): Json | undefined {
  const first = read(type)
  if (first === undefined || first instanceof Date) return undefined
  const json = toJson(first)
  return canonicalJson(json) === canonicalJson(toJson(read(type))) ? json : undefined
}

function read(type: ZodType): unknown {
  const { def } = type._zod
  if (def.type === 'default' || def.type === 'prefault') return def.defaultValue
  if (def.type !== 'catch') return undefined
  try {
    return def.catchValue(undefined as never)
  } catch {
    return undefined // It reads the input, so there is no one value.
  }
}
