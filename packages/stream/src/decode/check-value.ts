import { type AnyFailure, compileSchema, holdsAnnotation, inputCaster, inputFailures, type Issues } from '@heddle/core'
import type { z } from 'zod'

/** What is left of a value once its type was checked: what the type makes of it, or `Issues`. */
export interface ValueCheck {
  run(value: unknown): unknown
  failures(issues: Issues, value: unknown): readonly AnyFailure[]
}

/**
 * Casts and checks as a surface does: dates out of RFC 3339 texts, and from `text` numbers out of digits.
 *
 * @returns undefined where there is no schema to check against
 */
export function valueCheck(schema: z.ZodType | undefined, from: 'json' | 'text'): ValueCheck | undefined {
  if (schema === undefined) return undefined
  const compiled = compileSchema(schema)
  const cast = inputCaster(schema, from)
  const marks = holdsAnnotation(schema)
  return {
    run: cast === undefined ? (value) => compiled.run(value) : (value) => compiled.run(cast(value)),
    failures: (issues, value) => inputFailures(issues, marks ? { type: schema, value } : undefined),
  }
}
