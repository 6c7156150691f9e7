import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/client/validators/cf-worker'
import { describeAs, type Json } from '@heddle/core'
import { z } from 'zod'
import type { JsonSchema } from '../../cli/json-schema.ts'
import { Looks, TooManyLooks } from './looks.ts'
import { loosened } from './loosened.ts'
import { patternFault } from './pattern-fault.ts'

/** The JSON Schema of a tool, as its server wrote it. */
export type ToolSchema = { readonly [keyword: string]: Json | undefined }

/**
 * The type behind the JSON Schema of a tool's input. Where Zod says exactly what the schema says, it is made of Zod's types, so
 * that text on a command line becomes a number and each fault has its own code; else the schema itself is asked. In both cases it
 * is described by the schema as the server wrote it.
 */
export function toolType(schema: ToolSchema): z.ZodType {
  const type = structured(schema) ?? checkedBySchema(schema)
  return describedBy(schema, type)
}

/** Gives a type the schema that it is described by, but for the dialect: that is said once for a whole document. */
export function describedBy(schema: ToolSchema, type: z.ZodType): z.ZodType {
  const { $schema: _, ...own } = schema
  describeAs(type, own)
  return type
}

/**
 * Says why a value does not fit a schema; undefined where it does. A server may not keep the process busy by what it says of its
 * tools: patterns are run in linear time, and a value that takes too long to check is left open.
 */
export function faultIn(schema: ToolSchema): (value: unknown) => string | undefined {
  const looks = new Looks()
  // Written for any engine, it makes no code at runtime; one error is enough to say why.
  const check = new CfWorkerJsonSchemaValidator().getValidator(looks.counted(loosened(schema as Json)) as never)
  const unmatched = patternFault(schema as JsonSchema, looks)
  return (value) => {
    looks.begin()
    try {
      const checked = check(value)
      if (!checked.valid) return checked.errorMessage ?? 'it does not fit'
      looks.begin()
      return unmatched(value)
    } catch (thrown) {
      if (thrown instanceof TooManyLooks || thrown instanceof RangeError) return undefined
      throw thrown
    }
  }
}

/** Keywords that Zod reads as JSON Schema means them, beside a type. */
const plain = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
])

/** Keywords that say nothing of what fits. */
const remarks = new Set([
  '$schema',
  '$comment',
  'title',
  'description',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'default',
  'format',
])

/** Zod's types for a schema, where nothing in it is said in another way than Zod would. */
function structured(schema: ToolSchema): z.ZodType | undefined {
  const bare = bareOf(schema)
  return bare === undefined ? undefined : z.fromJSONSchema(bare as never)
}

/** The schema with what says what fits alone; undefined where a keyword says something that Zod might read otherwise. */
function bareOf(schema: Json | undefined): Json | undefined {
  if (typeof schema === 'boolean') return schema
  if (!isObject(schema)) return undefined
  const bare: Record<string, Json> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (remarks.has(keyword) || value === undefined) continue
    if (keyword === 'enum' || keyword === 'const') {
      if (!(keyword === 'enum' ? (value as readonly Json[]) : [value]).every((each) => typeof each === 'string'))
        return undefined
    } else if (!plain.has(keyword)) return undefined
    bare[keyword] = value
  }
  const { type } = bare
  if (bare['enum'] !== undefined || bare['const'] !== undefined) {
    const others = Object.keys(bare).filter((keyword) => !['enum', 'const', 'type'].includes(keyword))
    return others.length === 0 && (type === undefined || type === 'string') ? bare : undefined
  }
  // Without a type, keywords concern only the values that they are made for.
  if (typeof type !== 'string') return Object.keys(bare).length === 0 ? {} : undefined
  if (!inner(bare, 'items') || !inner(bare, 'additionalProperties')) return undefined
  if (bare['properties'] !== undefined) {
    const fields = Object.entries(bare['properties'] as ToolSchema).map(
      ([name, field]) => [name, bareOf(field)] as const,
    )
    if (fields.some(([name, field]) => field === undefined || name === '__proto__')) return undefined
    bare['properties'] = Object.fromEntries(fields) as Json
  }
  return bare
}

/** Replaces the schema under a keyword by its bare form; says whether it has one. */
function inner(bare: Record<string, Json>, keyword: string): boolean {
  if (bare[keyword] === undefined) return true
  const own = bareOf(bare[keyword])
  if (own === undefined) return false
  bare[keyword] = own
  return true
}

function checkedBySchema(schema: ToolSchema): z.ZodType {
  const fault = faultIn(schema)
  return z.unknown().superRefine((value, context) => {
    const message = fault(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message, input: value })
  })
}

const isObject = (json: Json | undefined): json is ToolSchema =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
