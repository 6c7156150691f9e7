import type { z } from 'zod'
import type { Schema } from '../schema/schema.ts'
import { type FileRules, fileRules } from './file.ts'

/** Where in an object a file stands. */
export interface FilePlace {
  readonly path: readonly string[]
  readonly rules: FileRules
}

const wrappers = new Set(['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly'])

/** The files in a type, of itself and of the fields of objects; those in lists and unions are only known from a value. */
export function filePlaces(schema: Schema): readonly FilePlace[] {
  return found(schema).files
}

/** The fields of a type that are lists of files, also in the objects of fields. */
export function fileListPlaces(schema: Schema): readonly FilePlace[] {
  return found(schema).lists
}

interface Places {
  readonly files: FilePlace[]
  readonly lists: FilePlace[]
}

function found(schema: Schema): Places {
  const places: Places = { files: [], lists: [] }
  visit(schema as z.core.$ZodType, [], places, [])
  return places
}

function visit(
  schema: z.core.$ZodType,
  path: readonly string[],
  places: Places,
  around: readonly z.core.$ZodType[],
): void {
  // A type that contains itself is followed to its first repetition.
  if (around.includes(schema)) return
  const inside = [...around, schema]
  const rules = fileRules(schema)
  if (rules) {
    places.files.push({ path, rules })
    return
  }
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (wrappers.has(def.type)) visit((def as z.core.$ZodOptionalDef).innerType, path, places, inside)
  else if (def.type === 'object') {
    for (const [field, type] of Object.entries(def.shape)) visit(type, [...path, field], places, inside)
  } else if (def.type === 'array' && path.length > 0) {
    const listed = fileRules(def.element)
    if (listed) places.lists.push({ path, rules: listed })
  }
}
