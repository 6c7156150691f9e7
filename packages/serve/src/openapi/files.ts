import type { JsonSchema } from '@heddle/core'

/** A file in an input: where, and of which media types; none where any will do. */
export interface FileField {
  readonly path: readonly string[]
  readonly types: readonly string[]
}

/** The files in an input: itself, or among its fields and theirs. */
export function filesOf(schema: JsonSchema, path: readonly string[] = []): readonly FileField[] {
  const file = schema['x-file'] as { types?: readonly string[] } | undefined
  if (file) return [{ path, types: file.types ?? [] }]
  const fields = Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>)
  return fields.flatMap(([name, field]) => filesOf(field, [...path, name]))
}
