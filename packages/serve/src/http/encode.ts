import { isStream, type OutputType, type Schema, toJson } from '@heddle/core'
import { z } from 'zod'

/** Writes a value as JSON text. */
export type Encode = (value: unknown) => string

/**
 * How the values of a type become JSON. `JSON.stringify` alone turns sets and maps into `{}` and throws on big integers,
 * so a type that may hold those goes through core's `toJson` first.
 */
export const encoderOf = (schema: Schema): Encode =>
  isPlain(schema as z.core.$ZodType, new Set()) ? JSON.stringify : (value) => JSON.stringify(toJson(value))

/** Encoders of an output: of the value, and of the items where it is streamed. */
export function outputEncoders(output: OutputType): { readonly value: Encode; readonly item: Encode } {
  if (!isStream(output)) return { value: encoderOf(output), item: JSON.stringify }
  return { value: encoderOf(output.final), item: encoderOf(output.item) }
}

/** Kinds whose values `JSON.stringify` writes as they are, and the fields of the definition that lead to their parts. */
const plainKinds: Readonly<Record<string, readonly string[]>> = {
  string: [],
  number: [],
  boolean: [],
  null: [],
  undefined: [],
  void: [],
  enum: [],
  date: [],
  template_literal: [],
  array: ['element'],
  tuple: ['items', 'rest'],
  object: ['shape', 'catchall'],
  record: ['valueType'],
  union: ['options'],
  intersection: ['left', 'right'],
  optional: ['innerType'],
  nullable: ['innerType'],
  nonoptional: ['innerType'],
  default: ['innerType'],
  prefault: ['innerType'],
  readonly: ['innerType'],
}

function isPlain(type: unknown, seen: Set<unknown>): boolean {
  if (type === undefined || type === null || seen.has(type)) return true
  seen.add(type)
  if (!(type instanceof z.core.$ZodType)) return Object.values(type).every((part) => isPlain(part, seen))
  const { def } = type._zod
  // A closed object has `never` for the fields that it does not list.
  if (def.type === 'never') return true
  if (def.type === 'literal')
    return (def as z.core.$ZodLiteralDef<never>).values.every((value) => typeof value !== 'bigint')
  const parts = plainKinds[def.type]
  return parts !== undefined && parts.every((part) => isPlain((def as unknown as Record<string, unknown>)[part], seen))
}
