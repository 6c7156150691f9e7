import type { JsonSchema } from '../../cli/json-schema.ts'

const named = new Set(['properties', '$defs'])
const listed = new Set(['prefixItems', 'anyOf', 'oneOf', 'allOf'])
const single = new Set(['items', 'additionalProperties', 'propertyNames', 'not'])

/** The types that stand in a type, one level down, in the order in which it has them. Values that it tells of are no types. */
export function innerTypes(schema: JsonSchema): readonly JsonSchema[] {
  return Object.entries(schema).flatMap(([keyword, part]) => {
    if (single.has(keyword)) return typeof part === 'object' ? [part as JsonSchema] : []
    return named.has(keyword) || listed.has(keyword) ? Object.values(part as Readonly<Record<string, JsonSchema>>) : []
  })
}
