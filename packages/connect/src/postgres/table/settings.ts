import { z } from 'zod'
import { addressConfig } from '../address.ts'

const names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])

/** Where records are written to, and how. */
export const tableConfig = z.strictObject({
  url: addressConfig,
  /** `delays` or `reports.delays`. */
  table: z.string().min(1),
  /**
   * The fields by which rows are known: by default what the step before groups by, if it tells results anew. A record
   * replaces the row of its key, and one that is withdrawn removes it. Without a key each record is another row, and none can
   * be withdrawn.
   */
  key: names.optional(),
  /** Whether the table is made where it is missing, from the type of the records. */
  create: z.boolean().default(false),
  /** Rows that are written with one statement, at most (limit `postgres.rows`). */
  rows: z.int().positive().default(1000),
})

export type TableConfig = z.infer<typeof tableConfig>

/** The fields of the key, in an order; none where records are added. */
export function keyFields({ key }: TableConfig, given: readonly string[] = []): readonly string[] {
  if (key === undefined) return given
  return typeof key === 'string' ? [key] : key
}
