import { systemFailure } from '@heddle/core'
import type { z } from 'zod'
import { type Shape, shapeOf } from '../json/shape.ts'
import { missingOf, typeOfField } from '../missing.ts'
import { TextCache } from '../json/text-cache.ts'

/** A column that is read. */
export interface Column {
  readonly name: string
  /** Whether its type is a number, which is read without a text in between. */
  readonly isNumber: boolean
  /** What an empty field without quotes means: nothing, null, or an empty text. */
  readonly empty: 'absent' | 'null' | 'given'
  readonly cache: TextCache
}

/**
 * The columns by their place; undefined for those that nobody asked for.
 *
 * @throws {Failure} MalformedInput where a name stands twice
 */
export function columnsOf(
  names: readonly string[],
  schema: z.ZodType | undefined,
  isRead: (name: string) => boolean,
): readonly (Column | undefined)[] {
  const known = new Set<string>()
  for (const name of names) {
    if (known.has(name)) throw malformedCsv(`its header names the column "${name}" twice`)
    known.add(name)
  }
  const shape: Shape = shapeOf(schema)
  const shapes = new Map(shape.kind === 'object' ? shape.fields.map((field) => [field.key, field.shape]) : [])
  return names.map((name) => {
    if (!isRead(name) || name === '__proto__') return undefined
    const empty = missingOf(typeOfField(schema, name))
    return { name, isNumber: shapes.get(name)?.kind === 'number', empty, cache: new TextCache() }
  })
}

export const malformedCsv = (reason: string, place: { line?: number; column?: number } = {}) =>
  systemFailure('MalformedInput', { format: 'CSV', reason, ...place })
