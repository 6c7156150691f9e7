import { alternatives, type JsonSchema, type Resolve } from '../../cli/json-schema.ts'

/** What a text in JSON stands for, where it is more than a text. */
export type Form = 'date' | 'bigint' | 'decimal' | 'file'

const bigFormats: ReadonlySet<string | undefined> = new Set(['bigint', 'int64', 'uint64'])

/** What a text of this type stands for; undefined for every other type. */
export function formOf(schema: JsonSchema): Form | undefined {
  if (schema['x-file']) return 'file'
  if (schema.type !== 'string' || isListed(schema)) return undefined
  // A text that only has to look like a date, as `z.iso.datetime()`, is described with the pattern that it must match.
  if (schema.format === 'date-time') return schema.pattern === undefined ? 'date' : undefined
  if (bigFormats.has(schema.format)) return 'bigint'
  return schema.format === 'decimal' ? 'decimal' : undefined
}

/** Whether a type lists its values. */
export const isListed = (schema: JsonSchema): boolean => schema.enum !== undefined || schema.const !== undefined

/**
 * Whether the texts of a union cannot be told apart when they come back: a date beside any text, or two forms. Then all of
 * them stay text. Listed texts beside one form can be told.
 */
export function hasMixedTexts(schema: JsonSchema, resolve: Resolve): boolean {
  const texts = alternatives(schema, resolve).options.filter((option) => option.type === 'string' && !isListed(option))
  return texts.length > 1 && texts.some((text) => formOf(text) !== undefined)
}
