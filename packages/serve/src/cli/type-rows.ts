import type { JsonSchema as AnyJsonSchema } from '@heddle/core'
import { alternatives, fieldsOf, hasFields, type JsonSchema, type Resolve, resolver } from './json-schema.ts'
import { typeText } from './type-text.ts'

/** One field of a type, as people read it. */
export interface TypeRow {
  /** How deep it lies; 0 for the fields of the type itself. */
  readonly depth: number
  /** Empty for a type without fields, which is one row. */
  readonly name: string
  /** Its name with those above it, e.g. `items.sku`. */
  readonly path: string
  readonly required: boolean
  /** With its limits and its default. */
  readonly type: string
  readonly summary: string
  readonly isSensitive: boolean
  /** The entity that a value of it stands for. */
  readonly entity?: string
}

interface Rows {
  readonly resolve: Resolve
  readonly all: TypeRow[]
}

/** A type as rows, one per field, each before those that lie in it. A type that holds itself is told once. */
export function typeRows(json: AnyJsonSchema): TypeRow[] {
  const schema = json as JsonSchema
  const rows: Rows = { resolve: resolver(schema), all: [] }
  if (hasFields(schema, rows.resolve)) addFields(schema, { depth: 0, path: '', seen: [] }, rows)
  else addField({ name: '', schema, required: true }, { depth: 0, path: '', seen: [] }, rows)
  return rows.all
}

interface Place {
  readonly depth: number
  readonly path: string
  readonly seen: readonly JsonSchema[]
}

function addFields(schema: JsonSchema, place: Place, rows: Rows) {
  for (const field of fieldsOf(schema, rows.resolve)) addField(field, place, rows)
}

function addField(
  { name, schema, required }: { name: string; schema: JsonSchema; required: boolean },
  { depth, path, seen }: Place,
  rows: Rows,
) {
  const { resolve, all } = rows
  const type = resolve(schema)
  const inner = element(type, resolve)
  const again = seen.includes(inner)
  const preset = type.default === undefined ? '' : ` = ${JSON.stringify(type.default)}`
  const text = again ? `${typeText(type, resolve)} (as above)` : typeText(type, resolve)
  const entity = inner['x-entity'] ?? inner['x-record']
  const at = path === '' ? name : `${path}.${name}`
  all.push({
    depth,
    name,
    path: at,
    required,
    type: `${text}${preset}`,
    summary: type.description ?? '',
    isSensitive: type['x-sensitive'] === true,
    ...(entity !== undefined && { entity }),
  })
  if (hasFields(inner, resolve) && !again)
    addFields(inner, { depth: depth + 1, path: at, seen: [...seen, inner] }, rows)
}

/** What a list holds, at any depth; other types are themselves. */
function element(schema: JsonSchema, resolve: Resolve): JsonSchema {
  const type = resolve(schema)
  const { options } = alternatives(type, resolve)
  const [only] = options
  if (options.length === 1 && only?.type === 'array' && typeof only.items === 'object')
    return element(only.items, resolve)
  if (options.length === 1 && typeof only?.additionalProperties === 'object' && !only.properties) {
    return element(only.additionalProperties, resolve)
  }
  return type
}
