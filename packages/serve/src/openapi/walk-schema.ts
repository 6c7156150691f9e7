import type { Json } from '@heddle/core'

type Schema = { readonly [keyword: string]: Json | undefined }

/** Keywords that hold one schema, a list of schemas, and schemas by name. What stands in others is no schema. */
const single = new Set(['items', 'additionalProperties', 'not', 'contains', 'propertyNames', 'if', 'then', 'else'])
const listed = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const named = new Set(['properties', 'patternProperties', '$defs'])

/** A copy of a JSON Schema in which every schema was changed, the inner ones first. */
export function walkSchema(json: Json, change: (schema: Schema) => Schema): Json {
  if (!isObject(json)) return json
  const copy: Record<string, Json | undefined> = {}
  for (const [keyword, value] of Object.entries(json)) {
    if (single.has(keyword)) copy[keyword] = walkSchema(value!, change)
    else if (listed.has(keyword) && Array.isArray(value))
      copy[keyword] = value.map((part: Json) => walkSchema(part, change))
    else if (named.has(keyword) && isObject(value)) {
      const parts = Object.entries(value).map(([name, part]) => [name, walkSchema(part!, change)])
      copy[keyword] = Object.fromEntries(parts) as Json
    } else copy[keyword] = value
  }
  return change(copy) as Json
}

function isObject(json: Json | undefined): json is { readonly [keyword: string]: Json | undefined } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
