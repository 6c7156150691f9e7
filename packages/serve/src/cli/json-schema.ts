import type { Json } from '@heddle/core'

/** What this surface reads of a JSON Schema (draft 2020-12), as the manifest holds it. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | boolean
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  readonly propertyNames?: JsonSchema
  readonly items?: JsonSchema | boolean
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly enum?: readonly Json[]
  readonly const?: Json
  readonly not?: JsonSchema
  readonly default?: Json
  readonly format?: string
  readonly pattern?: string
  readonly description?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly 'x-sensitive'?: boolean
  /** Whether the pairs of this list are the entries of a map. */
  readonly 'x-map'?: boolean
  /** The entity whose record's key this is. */
  readonly 'x-entity'?: string
  /** The entity whose record this is, and the field that holds its key. */
  readonly 'x-record'?: string
  readonly 'x-key'?: string
  /** How much of the record is told, where its type does not show it. */
  readonly 'x-variant'?: string
  readonly 'x-file'?: { readonly maxBytes?: number; readonly types?: readonly string[] }
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
}

/** Follows references inside one document. */
export type Resolve = (schema: JsonSchema) => JsonSchema

/** Makes the function that replaces `$ref` by what it points at in this document. The same place gives the same object. */
export function resolver(root: JsonSchema): Resolve {
  const known = new Map<JsonSchema, JsonSchema>()
  const resolve = (schema: JsonSchema, hops: number): JsonSchema => {
    if (schema.$ref === undefined) return schema
    const found = known.get(schema)
    if (found) return found
    const { $ref, ...beside } = schema
    const target = pointer(root, $ref)
    // A reference that leads to itself would never end; no schema of ours nests them this deep.
    const type = target && hops > 0 ? resolve(target, hops - 1) : {}
    const whole = Object.keys(beside).length === 0 ? type : { ...type, ...beside }
    known.set(schema, whole)
    return whole
  }
  return (schema) => resolve(schema, 16)
}

function pointer(root: JsonSchema, ref: string): JsonSchema | undefined {
  if (ref === '#') return root
  if (!ref.startsWith('#/')) return undefined
  let node: unknown = root
  for (const segment of ref.slice(2).split('/')) {
    const name = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return undefined
    node = (node as Record<string, unknown>)[name]
  }
  return node as JsonSchema
}

/** The alternatives of a type without null, and whether null is one. */
export function alternatives(
  schema: JsonSchema,
  resolve: Resolve,
  depth = 16,
): { options: JsonSchema[]; nullable: boolean } {
  const type = resolve(schema)
  const listed = type.anyOf ?? type.oneOf
  // A union that is one of its own alternatives adds nothing by being followed for ever.
  if (listed && depth === 0) return { options: [], nullable: false }
  if (listed) {
    const options: JsonSchema[] = []
    let nullable = false
    for (const option of listed) {
      const inner = alternatives(option, resolve, depth - 1)
      options.push(...inner.options)
      nullable ||= inner.nullable
    }
    return { options, nullable }
  }
  if (type.type === 'null') return { options: [], nullable: true }
  if (typeof type.type === 'string' || type.type === undefined) return { options: [type], nullable: false }
  const names = type.type.filter((name) => name !== 'null')
  return { options: names.map((name) => ({ ...type, type: name })), nullable: names.length < type.type.length }
}

/** A field of a type: where alternatives or intersected types have it too, all of them. */
export interface Field {
  readonly name: string
  readonly schema: JsonSchema
  readonly required: boolean
}

/** The fields of an object type, of all objects among its alternatives, and of all types that it intersects. */
export function fieldsOf(schema: JsonSchema, resolve: Resolve): Field[] {
  const { options } = alternatives(schema, resolve)
  const found = new Map<string, { types: JsonSchema[]; requiredIn: number }>()
  for (const option of options) {
    for (const { name, schema: type, required } of ownFields(option, resolve)) {
      const field = found.get(name) ?? { types: [], requiredIn: 0 }
      if (!field.types.some((other) => JSON.stringify(other) === JSON.stringify(type))) field.types.push(type)
      if (required) field.requiredIn++
      found.set(name, field)
    }
  }
  return [...found].map(([name, { types, requiredIn }]) => ({
    name,
    schema: types.length === 1 ? types[0]! : { anyOf: types },
    required: requiredIn === options.length,
  }))
}

function ownFields(type: JsonSchema, resolve: Resolve): Field[] {
  if (type.allOf) return type.allOf.flatMap((part) => fieldsOf(part, resolve))
  return Object.entries(type.properties ?? {}).map(([name, schema]) => ({
    name,
    schema,
    required: (type.required?.includes(name) ?? false) && resolve(schema).default === undefined,
  }))
}

/** Whether any alternative of a type is an object with fields of its own. */
export const hasFields = (schema: JsonSchema, resolve: Resolve): boolean => fieldsOf(schema, resolve).length > 0
