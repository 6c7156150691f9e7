import type { z } from 'zod'

/** A type and values on which a compiled check could differ from Zod. */
export interface SubtleCase {
  readonly title: string
  readonly schema: z.ZodType
  /** Makes the values anew for each parse, which may freeze them. */
  readonly values: () => readonly unknown[]
}

/** Writes a case down. */
export const title = (name: string, schema: z.ZodType, values: () => readonly unknown[]): SubtleCase => ({
  title: name,
  schema,
  values,
})
