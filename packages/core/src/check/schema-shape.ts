import type { JsonSchema } from '../schema/json-schema.ts'
import { canonicalJson } from '../manifest/canonical.ts'
import type { Json } from '../manifest/json.ts'
import { areDisjoint } from './disjoint.ts'
import { isAnnotation, rangeKeywords, type Range, tighten } from './keywords.ts'

/** Schemas that hold together: a value must fit all of them. None takes every value. */
export type Conjunction = readonly JsonSchema[]

/** What one schema says of the fields of an object. */
export interface FieldRule {
  readonly properties: Readonly<Record<string, JsonSchema>>
  /** Of every other field; `false`: there is none. */
  readonly others: JsonSchema | false
}

/** What one schema says of the elements of a list. */
export interface ElementRule {
  readonly first: readonly JsonSchema[]
  readonly others: JsonSchema | false
}

/** A schema without alternatives, of at most one JSON type, its keywords gathered from all that it refers to. */
export interface Shape {
  /** Undefined: every type. */
  type: string | undefined
  /** Undefined: not limited to listed values. */
  values: readonly Json[] | undefined
  readonly range: Range
  readonly patterns: Set<string>
  readonly formats: Set<string>
  readonly multiples: Set<number>
  readonly fields: FieldRule[]
  readonly required: Set<string>
  readonly names: JsonSchema[]
  readonly elements: ElementRule[]
  /** Keywords that are only compared for equality, in canonical JSON. */
  readonly opaque: Map<string, string>
}

/** How many alternatives of one place are looked at. */
export const alternativeLimit = 512

/** A JSON Schema that can be looked into: its definitions stand for the references. */
export interface Root {
  readonly definitions: Readonly<Record<string, JsonSchema>>
}

/** @returns undefined where there are more alternatives than the limit */
export function alternativesOf(schemas: Conjunction, root: Root): Shape[] | undefined {
  let products: JsonSchema[][] = [[]]
  for (const schema of schemas) {
    const choices = expand(schema, root, new Set())
    products = products.flatMap((product) => choices.map((choice) => [...product, ...choice]))
    if (products.length > alternativeLimit) return undefined
  }
  const shapes = products.flatMap(shapesOf)
  return shapes.length > alternativeLimit ? undefined : shapes
}

/** Takes a schema apart into alternatives, each a list of schemas without `$ref`, `allOf` and `anyOf`. */
function expand(schema: JsonSchema, root: Root, seen: ReadonlySet<string>): JsonSchema[][] {
  const { $ref, allOf, anyOf, oneOf, ...own } = schema
  let products: JsonSchema[][] = [[own]]
  const multiply = (choices: JsonSchema[][]) => {
    products = products.flatMap((product) => choices.map((choice) => [...product, ...choice]))
    // More than the limit is noticed by the caller; here it only must not grow without end.
    if (products.length > alternativeLimit) products.length = alternativeLimit + 1
  }
  if (typeof $ref === 'string' && !seen.has($ref)) {
    multiply(expand(resolve($ref, root), root, new Set([...seen, $ref])))
  }
  for (const member of listOf(allOf)) multiply(expand(member, root, seen))
  if (anyOf) multiply(listOf(anyOf).flatMap((member) => expand(member, root, seen)))
  if (oneOf) {
    const members = listOf(oneOf).map((member) => expand(member, root, seen))
    multiply(members.flat())
    // Where two members could take one value, `oneOf` refuses it: that is compared for equality alone.
    if (!areDisjoint(members)) products = products.map((product) => [...product, { 'one of': oneOf }])
  }
  if (schema.unevaluatedProperties === false) products = products.map((product) => [...product, closing(product)])
  return products
}

const resolve = ($ref: string, { definitions }: Root): JsonSchema =>
  definitions[$ref.slice('#/$defs/'.length).replaceAll('~1', '/').replaceAll('~0', '~')] ?? {
    'unknown reference': $ref,
  }

/** What a schema stands for that is nothing but a reference: a place that is met again is known by it. */
export function followed(schema: JsonSchema, root: Root, limit = 8): JsonSchema {
  const { $ref } = schema
  const isReference =
    typeof $ref === 'string' && Object.keys(schema).every((word) => word === '$ref' || isAnnotation(word))
  return isReference && limit > 0 ? followed(resolve($ref, root), root, limit - 1) : schema
}

const listOf = (json: Json | undefined): readonly JsonSchema[] => (Array.isArray(json) ? json.map(asSchema) : [])

/** Takes every value, and none. Each is one object: places that are met again are known by the identity of their schemas. */
const anything: JsonSchema = Object.freeze({})
const nothing: JsonSchema = Object.freeze({ not: anything })

/** `false` and `true` are schemas too. */
export function asSchema(json: Json | undefined): JsonSchema {
  if (json === false) return nothing
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonSchema) : anything
}

/** No field but those that a member of the intersection knows. */
function closing(members: readonly JsonSchema[]): JsonSchema {
  const fields = members.flatMap(({ properties }) => Object.keys((properties as object | undefined) ?? {}))
  return { properties: Object.fromEntries(fields.map((field) => [field, anything])), additionalProperties: false }
}

/** One shape for each type that the schemas allow; none where no value fits. */
function shapesOf(schemas: readonly JsonSchema[]): Shape[] {
  const shape: Shape = {
    type: undefined,
    values: undefined,
    range: {},
    patterns: new Set(),
    formats: new Set(),
    multiples: new Set(),
    fields: [],
    required: new Set(),
    names: [],
    elements: [],
    opaque: new Map(),
  }
  let types: readonly string[] | undefined
  for (const schema of schemas) {
    if (isNothing(schema)) return []
    if (schema.type !== undefined) types = commonTypes(types, [schema.type as string | string[]].flat())
    gather(shape, schema)
  }
  if (shape.values) {
    const values = shape.values.filter((value) => !types || types.some((type) => isOfType(value, type)))
    return values.length === 0 ? [] : [{ ...shape, values }]
  }
  return types ? types.map((type) => ({ ...shape, type })) : [shape]
}

function gather(shape: Shape, schema: JsonSchema): void {
  for (const [keyword, value] of Object.entries(schema) as [string, Json][]) {
    if (rangeKeywords.has(keyword)) tighten(shape.range, keyword, value)
    else if (keyword === 'const') limitValues(shape, [value])
    else if (keyword === 'enum') limitValues(shape, value as readonly Json[])
    else if (keyword === 'pattern') shape.patterns.add(value as string)
    else if (keyword === 'format') shape.formats.add(value as string)
    else if (keyword === 'multipleOf') shape.multiples.add(value as number)
    else if (keyword === 'propertyNames') shape.names.push(asSchema(value))
    else if (keyword === 'required') for (const field of value as readonly string[]) shape.required.add(field)
    else if (!structural.has(keyword) && !isAnnotation(keyword) && value !== undefined) {
      shape.opaque.set(keyword, canonicalJson(value))
    }
  }
  if ('properties' in schema || 'additionalProperties' in schema) {
    const properties = (schema.properties ?? {}) as Record<string, JsonSchema>
    shape.fields.push({ properties, others: orNone(schema.additionalProperties) })
  }
  if ('items' in schema || 'prefixItems' in schema) {
    shape.elements.push({ first: listOf(schema.prefixItems), others: orNone(schema.items) })
  }
}

/** Keywords that are read apart from the loop over keywords. */
const structural = new Set([
  'type',
  'properties',
  'additionalProperties',
  'unevaluatedProperties',
  'items',
  'prefixItems',
])

const orNone = (json: Json | undefined): JsonSchema | false => {
  const schema = asSchema(json)
  return isNothing(schema) ? false : schema
}

const isNothing = ({ not }: JsonSchema) => not !== undefined && Object.keys(asSchema(not)).length === 0

function limitValues(shape: Shape, values: readonly Json[]): void {
  shape.values = shape.values ? shape.values.filter((value) => values.includes(value)) : values
}

/** Whole numbers are numbers. */
function commonTypes(known: readonly string[] | undefined, more: readonly string[]): readonly string[] {
  if (!known) return more
  const both = known.filter((type) => more.includes(type) || (type === 'integer' && more.includes('number')))
  return known.includes('number') && more.includes('integer') && !both.includes('integer') ? [...both, 'integer'] : both
}

/** Whether a JSON value is of a JSON Schema type. */
export function isOfType(value: Json, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'integer':
      return Number.isInteger(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    default:
      return typeof value === type
  }
}
