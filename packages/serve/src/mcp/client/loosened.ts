import type { Json } from '@heddle/core'

/** Keywords whose value is a schema or a list of schemas, and under which a looser schema lets more through. */
const inward: ReadonlySet<string> = new Set([
  'items',
  'prefixItems',
  'additionalItems',
  'additionalProperties',
  'contains',
  'propertyNames',
  'then',
  'else',
  'allOf',
  'anyOf',
  'unevaluatedItems',
])
/** Keywords whose value holds schemas by name. */
const named: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'])
/** Keywords that count or compare, each with what the pattern of a part may turn round. */
const turned: ReadonlySet<string> = new Set(['not', 'if', 'oneOf'])
const dropped: ReadonlySet<string> = new Set([
  'pattern',
  'patternProperties',
  'uniqueItems',
  'maxContains',
  'unevaluatedProperties',
])

/**
 * A schema that says the same without patterns: everything that fits the schema fits this one too. What lets less through where
 * a part of it lets more (`not`, `if`, `oneOf`) is left out there, or said more loosely. Lists are not compared with themselves
 * (`uniqueItems`) either, which takes the square of their length.
 */
export function loosened(schema: Json): Json {
  return /"(?:pattern|patternProperties|uniqueItems)":/.test(JSON.stringify(schema)) ? loose(schema) : schema
}

/** Whether nothing is left out of a part, nor of what it refers to. */
const isKept = (schema: Json): boolean =>
  !/"(?:pattern|patternProperties|uniqueItems|maxContains|unevaluatedProperties|\$\w*[rR]ef)":/.test(
    JSON.stringify(schema),
  )

function loose(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null) return schema
  if (isList(schema)) return schema.map(loose)
  const { oneOf, patternProperties, if: condition } = schema as Readonly<Record<string, Json | undefined>>
  const kept: Record<string, Json> = {}
  for (const [keyword, value] of Object.entries(schema) as [string, Json][]) {
    if (dropped.has(keyword) || (turned.has(keyword) && !isKept(value))) continue
    // Which fields are further ones depends on the patterns.
    if (keyword === 'additionalProperties' && patternProperties !== undefined) continue
    if ((keyword === 'then' || keyword === 'else') && condition !== undefined && !isKept(condition)) continue
    kept[keyword] = inward.has(keyword) ? loose(value) : named.has(keyword) ? looseEach(value) : value
  }
  if (oneOf !== undefined && !isKept(oneOf)) {
    // Of alternatives that take more a second one may fit.
    kept['allOf'] = [...((kept['allOf'] ?? []) as readonly Json[]), { anyOf: loose(oneOf) }]
  }
  return kept
}

const looseEach = (schemas: Json): Json =>
  typeof schemas === 'object' && schemas !== null && !isList(schemas)
    ? Object.fromEntries(Object.entries(schemas).map(([name, each]) => [name, loose(each!)]))
    : schemas

// `Array.isArray` does not narrow a readonly list.
const isList = (json: object): json is readonly Json[] => Array.isArray(json)
