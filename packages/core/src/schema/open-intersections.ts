import type { JsonSchema } from './json-schema.ts'
import type { Json } from '../manifest/json.ts'

/**
 * Closed members of an `allOf` would refuse each other's fields. Zod asks of a field only that one member knows it, so
 * the members are opened and the whole is closed by `unevaluatedProperties`. Zod folds most intersections into one
 * object by itself; those are left here that refer to definitions.
 */
export function openIntersections(root: JsonSchema): JsonSchema {
  const definitions = { ...(root.$defs as Record<string, JsonSchema> | undefined) }
  const { $defs: _, ...own } = rewrite(root, definitions)
  // New definitions come in while the old ones are rewritten, and hold nothing that needs rewriting.
  for (const name of Object.keys(definitions)) definitions[name] = rewrite(definitions[name]!, definitions)
  return { ...own, ...(Object.keys(definitions).length > 0 && { $defs: definitions }) }
}

type Definitions = Record<string, JsonSchema>

const prefix = '#/$defs/'

function rewrite<Part extends Json>(json: Part, definitions: Definitions): Part {
  if (Array.isArray(json)) return json.map((part) => rewrite(part, definitions)) as unknown as Part
  if (typeof json !== 'object' || json === null) return json
  const copy: Record<string, Json> = {}
  for (const [keyword, value] of Object.entries(json)) copy[keyword] = rewrite(value as Json, definitions)
  const members = copy.allOf as readonly JsonSchema[] | undefined
  if (!members?.some((member) => isClosed(member, definitions))) return copy as Part
  if (members.every((member) => isClosed(member, definitions))) copy.unevaluatedProperties = false
  copy.allOf = members.map((member) => opened(member, definitions))
  return copy as Part
}

const alternatives = ['anyOf', 'oneOf', 'allOf'] as const

function isClosed(schema: JsonSchema, definitions: Definitions, seen: readonly JsonSchema[] = []): boolean {
  if (seen.includes(schema)) return false
  if (typeof schema.$ref === 'string') {
    const target = definitions[schema.$ref.slice(prefix.length)]
    return target !== undefined && isClosed(target, definitions, [...seen, schema])
  }
  if (schema.additionalProperties === false || schema.unevaluatedProperties === false) return true
  return alternatives.some((keyword) => {
    const members = schema[keyword] as readonly JsonSchema[] | undefined
    return members?.every((member) => isClosed(member, definitions, [...seen, schema]))
  })
}

function opened(schema: JsonSchema, definitions: Definitions): JsonSchema {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.slice(prefix.length)
    if (!isClosed(schema, definitions)) return schema
    const open = `${name}.open`
    if (!definitions[open]) {
      definitions[open] = {} // Ends a circle.
      definitions[open] = opened(definitions[name]!, definitions)
    }
    return { ...schema, $ref: prefix + open }
  }
  const { additionalProperties, unevaluatedProperties: _, ...rest } = schema
  const copy: Record<string, Json | undefined> = { ...rest }
  if (additionalProperties !== false && additionalProperties !== undefined) {
    copy.additionalProperties = additionalProperties
  }
  for (const keyword of alternatives) {
    const members = schema[keyword] as readonly JsonSchema[] | undefined
    if (members) copy[keyword] = members.map((member) => opened(member, definitions))
  }
  return copy
}
