import { exposed, file, type Json, pii, sensitive } from '@heddle/core'
import { z } from 'zod'
import { type JsonSchema, resolver, type Resolve } from '../cli/json-schema.ts'
import { containerOf } from '../client/types/containers.ts'
import { formOf, hasMixedTexts } from '../client/types/forms.ts'
import { leafType } from './leaf-type.ts'

/** Turns one place of a JSON Schema into a type. */
type Convert = (schema: JsonSchema | boolean) => z.ZodType

/** Where a conversion is. */
interface Place {
  readonly convert: Convert
  readonly resolve: Resolve
  readonly formats: TextFormats
}

/**
 * The types of this app for texts of a format of JSON Schema, e.g. `{ decimal: decimal() }`: values of theirs are written as such
 * texts, and read from them.
 */
export type TextFormats = Readonly<Record<string, z.ZodType>>

/**
 * The type behind a JSON Schema of a manifest: what the other app checks by its own, but for what only its code knows. Texts
 * that stand for dates, big integers and files become these, lists that stand for sets and maps too. Like types that are written
 * by hand, objects pass over fields that they do not know, so that answers of a newer app can be read; no default is filled in,
 * because the other app does it. Patterns are run in time that grows with the text alone, or left to the other app.
 *
 * @example typeFromJson({ type: 'string', format: 'date-time' }) // z.date()
 */
export function typeFromJson(
  root: JsonSchema,
  side: 'input' | 'output' = 'input',
  formats: TextFormats = {},
): z.ZodType {
  const definitions = new Map<string, z.ZodType>()
  const resolve = resolver(root)
  const convert: Convert = (schema) => {
    if (schema === true) return z.unknown()
    if (schema === false) return z.never()
    return marked(
      schema,
      side,
      schema.$ref === undefined ? typeOf(schema, { convert, resolve, formats }) : referred(schema.$ref),
    )
  }

  /** A type that contains itself meets itself again only once it is made. */
  function referred(ref: string): z.ZodType {
    const known = definitions.get(ref)
    if (known) return known
    definitions.set(
      ref,
      z.lazy(() => made),
    )
    const { $ref: _, ...target } = { $ref: ref, ...resolve({ $ref: ref }) }
    const made: z.ZodType = convert(target)
    definitions.set(ref, made)
    return made
  }
  return convert(root)
}

function typeOf(schema: JsonSchema, place: Place): z.ZodType {
  if (schema.enum || schema.const !== undefined) return listed(schema.enum ?? [schema.const!])
  const members = schema.anyOf ?? schema.oneOf
  if (members) return union(schema, members, place)
  if (schema.allOf && schema.type !== 'string' && schema.type !== 'number' && schema.type !== 'integer') {
    return schema.allOf.map(place.convert).reduce((left, right) => z.intersection(left, right))
  }
  if (schema.type !== undefined && typeof schema.type !== 'string') {
    return z.union(schema.type.map((type) => place.convert({ ...schema, type })))
  }
  if (schema.type === 'array') return list(schema, place)
  if (schema.type === 'object' || schema.properties) return object(schema, place)
  const form = formOf(schema)
  if (form === 'date') return z.date()
  if (form === 'bigint') return z.bigint()
  if (form === 'file') return file(schema['x-file'])
  const { format } = schema
  return format !== undefined && Object.hasOwn(place.formats, format) ? place.formats[format]! : leafType(schema)
}

/** What is marked stays so: it is masked in logs, and in errors that tell of it. A secret that came out may go on. */
function marked(schema: JsonSchema, side: 'input' | 'output', type: z.ZodType): z.ZodType {
  const { 'x-sensitive': isSensitive, 'x-pii': isPii } = schema as { 'x-sensitive'?: boolean; 'x-pii'?: boolean }
  if (isSensitive) return side === 'output' ? exposed(sensitive(type)) : sensitive(type)
  return isPii ? pii(type) : type
}

const listed = (values: readonly Json[]): z.ZodType => {
  const texts = values.filter((value) => typeof value === 'string')
  if (values.length > 0 && texts.length === values.length && texts.length > 1) return z.enum(texts as [string])
  return z.literal(values as [string])
}

function union(schema: JsonSchema, members: readonly JsonSchema[], { convert, resolve }: Place): z.ZodType {
  const others = members.filter(({ type }) => type !== 'null')
  if (others.length === 1 && members.length === 2) return convert(others[0]!).nullable()
  // Texts of two forms, or a date beside any text, cannot be told apart when they come: they stay what they are.
  if (hasMixedTexts(schema, resolve)) return z.union(members.map((each) => convert(withoutForm(each))))
  const types = members.map(convert)
  const tag = schema.oneOf && tagOf(members.map(resolve))
  return tag === undefined ? z.union(types) : z.discriminatedUnion(tag, types as never)
}

const withoutForm = (schema: JsonSchema): JsonSchema => {
  const { format, ...rest } = schema
  return format !== undefined && formOf(schema) ? rest : schema
}

/** The field by whose value the members of a union are told apart. */
function tagOf(members: readonly JsonSchema[]): string | undefined {
  const [first, ...others] = members
  return Object.keys(first?.properties ?? {}).find((field) =>
    [first!, ...others].every(({ properties, required }) => {
      const { const: value, enum: values } = properties?.[field] ?? {}
      return (value !== undefined || values !== undefined) && required?.includes(field)
    }),
  )
}

function list(schema: JsonSchema, { convert }: Place): z.ZodType {
  const { prefixItems, items = true } = schema
  const container = containerOf(schema)
  if (container === 'set') return sized(z.set(convert(items)), schema)
  if (container === 'map') {
    const [key, value] = (items as JsonSchema).prefixItems as [JsonSchema, JsonSchema]
    return sized(z.map(convert(key), convert(value)), schema)
  }
  const { minItems, maxItems } = schema
  if (prefixItems) {
    const least = minItems ?? prefixItems.length
    const parts = prefixItems.map((part, index) => (index < least ? convert(part) : convert(part).optional()))
    return items === false || maxItems === prefixItems.length
      ? z.tuple(parts as [z.ZodType])
      : z.tuple(parts as [z.ZodType], convert(items))
  }
  let type = z.array(convert(items))
  if (minItems !== undefined) type = type.min(minItems)
  if (maxItems !== undefined) type = type.max(maxItems)
  return type
}

function sized<Container extends z.ZodSet | z.ZodMap>(type: Container, { minItems, maxItems }: JsonSchema): z.ZodType {
  if (minItems !== undefined && minItems === maxItems) return type.size(minItems)
  const atLeast = minItems === undefined ? type : type.min(minItems)
  return maxItems === undefined ? atLeast : atLeast.max(maxItems)
}

function object(schema: JsonSchema, { convert }: Place): z.ZodType {
  const { properties, required = [], additionalProperties, patternProperties, propertyNames } = schema
  if (!properties && !patternProperties && (propertyNames || isSchema(additionalProperties))) {
    const keys = propertyNames ? convert(propertyNames) : z.string()
    const values = convert(additionalProperties ?? true)
    return required.length > 0 || !propertyNames?.enum
      ? z.record(keys as z.ZodString, values)
      : z.partialRecord(keys as z.ZodString, values)
  }
  const fields = Object.entries(properties ?? {}).map(([field, type]) => {
    const own = convert(type)
    return [field, required.includes(field) ? own : own.optional()] as const
  })
  const shape = z.object(Object.fromEntries(fields))
  if (isSchema(additionalProperties) && !patternProperties) return shape.catchall(convert(additionalProperties))
  // Which fields more there may be is said by patterns: the other app knows them.
  return additionalProperties === false && !patternProperties ? shape : shape.loose()
}

const isSchema = (schema: JsonSchema | boolean | undefined): schema is JsonSchema => typeof schema === 'object'
