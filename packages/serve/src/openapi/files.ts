import type { JsonSchema } from '@heddle/core'

/** A file in an input: where, and of which media types; none where any will do. */
export interface FileField {
  readonly path: readonly string[]
  readonly types: readonly string[]
  /** Whether there may be many. */
  readonly isList: boolean
}

/** The files in an input: itself, or among its fields and theirs, also in lists. */
export function filesOf(schema: JsonSchema, path: readonly string[] = []): readonly FileField[] {
  const file = fileIn(schema)
  if (file) return [{ path, types: file.types ?? [], isList: false }]
  const listed = path.length > 0 && typeof schema.items === 'object' && fileIn(schema.items as JsonSchema)
  if (listed) return [{ path, types: listed.types ?? [], isList: true }]
  const fields = Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>)
  return fields.flatMap(([name, field]) => filesOf(field, [...path, name]))
}

const fileIn = (schema: JsonSchema) => schema['x-file'] as { types?: readonly string[] } | undefined
