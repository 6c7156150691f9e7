import { compileSchema, Issues } from './compile/index.ts'
import { fits } from './fits.ts'
import { runsCode } from './runs-code.ts'
import type { Schema } from './schema.ts'
import { zodType } from './zod-type.ts'

/**
 * Whether a value that was kept may be one of a type as it is today. Fields that the type does not know are passed over.
 * A type with code of its author is not run: its value's shape alone is looked at.
 */
export function fitsOutput(schema: Schema, value: unknown): boolean {
  const type = zodType(schema)
  if (runsCode(type)) return fits(type, value, 'output', true)
  return !(compileSchema(schema as never).run(value) instanceof Issues)
}
