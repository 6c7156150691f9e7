import { z } from 'zod'
import type { Json } from '../manifest/json.ts'
import { type FileRules, fileRules } from '../file/file.ts'
import { annotationOf, isExposed } from './annotate/annotate.ts'
import { mask, maskerOf } from './annotate/mask.ts'
import { holdsSecret, isWithheld, withhold } from './annotate/withhold.ts'
import { exposedKeyword, withheldKeyword, withoutWithheld } from './answer-schema.ts'
import { nameOfType } from '../types/registry.ts'
import { filledFrom } from './from-caller.ts'
import { openIntersections } from './open-intersections.ts'
import { refTarget } from './ref.ts'
import type { Schema } from './schema.ts'
import { stableDefault } from './stable-default.ts'
import { representOutsideJson, type Convert } from './unrepresentable.ts'
import { zodType, type ZodType } from './zod-type.ts'

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = { readonly [keyword: string]: Json | undefined }

/** Whether a type is described as callers pass it in, or as it comes out. */
export type SchemaSide = 'input' | 'output'

const known = {
  input: new WeakMap<Schema, JsonSchema>(),
  output: new WeakMap<Schema, JsonSchema>(),
  answer: new WeakMap<Schema, JsonSchema>(),
}

/**
 * The JSON Schema (draft 2020-12) of a type, as surfaces speak it: dates as RFC 3339 text, big integers as text, sets as
 * lists, maps as lists of pairs with `x-map`, a `ref` as its key with `x-entity`, a named type with `x-type`, a marked one with
 * `x-sensitive` or `x-pii`. Objects are closed, because surfaces refuse unknown fields. Recursion goes through `$defs`.
 * What only code knows (transforms, refinements) is left open: `{}`.
 *
 * `answer` is the output as it leaves the process: without what is `sensitive` and not `exposed`.
 *
 * Made at the first use and kept; do not change it.
 */
export function jsonSchemaOf(schema: Schema, side: SchemaSide | 'answer'): JsonSchema {
  if (side === 'answer' && !holdsSecret(schema)) return jsonSchemaOf(schema, 'output')
  let json = known[side].get(schema)
  if (!json) known[side].set(schema, (json = convert(zodType(schema), side)))
  return json
}

/**
 * Lets a type be described as another app describes it: made from that description, it would be told with what code checks
 * left out. The object is kept; do not change it.
 */
export function describeAs(schema: Schema, json: JsonSchema): void {
  for (const side of ['input', 'output', 'answer'] as const) known[side].set(schema, json)
}

type Written = z.core.JSONSchema.BaseSchema
type Path = (string | number)[]

const isPrefix = (start: Path, path: Path) => start.every((step, index) => step === path[index])

function convert(root: ZodType, described: SchemaSide | 'answer'): JsonSchema {
  const isAnswer = described === 'answer'
  const side = isAnswer ? 'output' : described
  const context = z.core.initializeContext({
    processors: {},
    io: side,
    unrepresentable: ({ zodSchema, path }) => representOutsideJson(zodSchema, side, inner(path)),
    override: ({ zodSchema, jsonSchema }) => {
      refine(zodSchema as ZodType, jsonSchema, side)
      if (isAnswer) noteWithheld(zodSchema as ZodType, jsonSchema)
    },
  })
  // Zod does not say which types it is inside of; they are those that were met on the way to this place.
  const inner =
    (path: Path): Convert =>
    (type, ...steps) => {
      const around = [...context.seen].filter(([, seen]) => isPrefix(seen.path ?? [], path)).map(([outer]) => outer)
      return z.core.processSchema(type, context, { path: [...path, ...steps], schemaPath: around })
    }

  z.core.processSchema(root, context)
  z.core.extractDefs(context, root)
  const { $schema: _, ...json } = z.core.finalize(context, root)
  const named = nameRoot(json as JsonSchema)
  return openIntersections(isAnswer ? withoutWithheld(named) : named)
}

/** Notes at a type what becomes of its values. What was copied from a type that is the same but for its marks goes. */
function noteWithheld(type: ZodType, json: Written): void {
  delete json[withheldKeyword]
  delete json[exposedKeyword]
  if (isExposed(type)) json[exposedKeyword] = true
  else if (isWithheld(type)) json[withheldKeyword] = true
  else if (Array.isArray(json.examples)) json.examples = json.examples.map((example) => withhold(type, example))
}

/** Corrects what Zod wrote for one type. */
function refine(type: ZodType, json: Written, side: SchemaSide): void {
  const { def } = type._zod
  // In JSON Schema `readOnly` means that a client must not send the field; in Zod it means frozen.
  delete json.readOnly
  if (def.type === 'object' && !def.catchall && json.properties) json.additionalProperties = false
  if (def.type === 'object' && side === 'input') leaveOutFilled(def.shape, json)
  if ('default' in json && (def.type === 'default' || def.type === 'prefault' || def.type === 'catch')) {
    const value = stableDefault(type)
    // A masked default would be a wrong one.
    if (value === undefined || maskerOf(type, side) !== undefined) delete json.default
    else json.default = value
  }
  const rules = fileRules(type)
  if (rules) describeFile(json, rules)
  const target = refTarget(type)
  if (target) json['x-entity'] = target.name
  const name = nameOfType(type)
  if (name !== undefined) json['x-type'] = name
  const annotation = annotationOf(type)
  if (annotation?.sensitive) json['x-sensitive'] = true
  if (annotation?.pii) json['x-pii'] = true
  if (Array.isArray(json.examples)) json.examples = json.examples.map((example) => mask(type, example, side))
}

/** What is filled in from the caller cannot be sent. */
function leaveOutFilled(shape: z.core.$ZodShape, json: Written): void {
  const filled = Object.keys(shape).filter((field) => filledFrom(shape[field]!))
  if (filled.length === 0) return
  for (const field of filled) delete json.properties?.[field]
  const required = json.required?.filter((field) => !filled.includes(field)) ?? []
  if (required.length > 0) json.required = required
  else delete json.required
}

/** In JSON a file is base64; what else it may be sent as, `x-file` tells those who know it. */
function describeFile(json: Written, { maxBytes, types }: FileRules): void {
  for (const keyword of Object.keys(json)) delete json[keyword]
  const [only, ...others] = types
  const isOne = only !== undefined && others.length === 0 && !only.endsWith('*')
  Object.assign(json, {
    type: 'string',
    contentEncoding: 'base64',
    ...(isOne && { contentMediaType: only }),
    'x-file': { maxBytes, ...(types.length > 0 && { types: [...types] }) },
  })
}

/** A type that contains itself is moved to `$defs` as well, so that a schema can be embedded in any document. */
function nameRoot(json: JsonSchema): JsonSchema {
  if (!JSON.stringify(json).includes('"$ref":"#"')) return json
  const { $defs = {}, ...self } = renameSelf(json) as { $defs?: Record<string, Json> }
  return { $ref: '#/$defs/Self', $defs: { ...$defs, Self: self } }
}

function renameSelf(json: Json): Json {
  if (Array.isArray(json)) return json.map(renameSelf)
  if (typeof json !== 'object' || json === null) return json
  const copy: Record<string, Json> = {}
  for (const [keyword, value] of Object.entries(json) as [string, Json][]) {
    copy[keyword] = keyword === '$ref' && value === '#' ? '#/$defs/Self' : renameSelf(value)
  }
  return copy
}
