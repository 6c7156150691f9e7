import { linearPattern } from '@heddle/core/patterns'
import { z } from 'zod'
import type { JsonSchema } from '../cli/json-schema.ts'

/** Keywords that say something of a text or a number, and not what it may be. */
const remarks = new Set([
  'description',
  'title',
  'default',
  'examples',
  'deprecated',
  'contentEncoding',
  'contentMediaType',
])

/** A text, a number, or what JSON Schema leaves open: Zod knows these, but for the patterns, which are run by our own means. */
export function leafType(schema: JsonSchema): z.ZodType {
  const { pattern, allOf = [], ...rest } = schema
  const patterns = [pattern, ...allOf.map((part) => part.pattern)].filter((each) => each !== undefined)
  const others = allOf.map(withoutPattern).filter((part) => Object.keys(part).length > 0)
  const kept = Object.entries(rest).filter(
    // By the pattern the other app checks its format, and one that fails both would be told twice.
    ([keyword]) =>
      !remarks.has(keyword) && !keyword.startsWith('x-') && !(keyword === 'format' && pattern !== undefined),
  )
  const type = fromZod({ ...Object.fromEntries(kept), ...(others.length > 0 && { allOf: others }) })
  return schema.type === 'string' ? patterns.reduce(matching, type) : type
}

const withoutPattern = (schema: JsonSchema): JsonSchema => {
  const { pattern: _, ...rest } = schema
  return rest
}

function fromZod(schema: object): z.ZodType {
  // Further inside, Zod would have JavaScript's own engine run them.
  if (/"pattern(?:Properties)?":/.test(JSON.stringify(schema))) return z.unknown()
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]) as z.ZodType
  } catch {
    // What Zod cannot say is left for the other app to check.
    return z.unknown()
  }
}

/** A type whose texts match a pattern of the other app, where that can be said. */
function matching(type: z.ZodType, source: string): z.ZodType {
  const pattern = linearPattern(source)
  if (!pattern) return type
  return type instanceof z.ZodString ? type.regex(pattern) : z.intersection(type, z.string().regex(pattern))
}
