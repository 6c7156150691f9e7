import { z } from 'zod'

/** A stretch of a table that was copied under one snapshot. */
const run = z.object({
  /** What the snapshot saw, as `pg_current_snapshot()` tells it. */
  snapshot: z.string(),
  /** Whatever the snapshot saw was committed before this place in the log. */
  horizon: z.string(),
  /** The key of its last row; null where it reaches to the end of the table. */
  until: z.array(z.string()).nullable(),
})

const place = z.object({
  /** The columns as they were last told. */
  columns: z.string(),
  /** How it was copied; missing once all that any of these snapshots saw lies behind. */
  copy: z
    .object({
      /** The columns by which it is copied. */
      key: z.array(z.string()),
      /** The files that hold it: others after it was emptied or rewritten. */
      files: z.string(),
      runs: z.array(run),
    })
    .optional(),
})

/**
 * How far the changes of a database were read. All transactions that were committed before `lsn` were given; of the one
 * that was committed at exactly this place, the first `change` changes, and of the next one `part` records.
 */
export const changesPosition = z.object({
  tables: z.record(z.string(), place),
  lsn: z.string(),
  change: z.int().nonnegative(),
  part: z.int().nonnegative(),
  /** The greatest event time that was given, in milliseconds. */
  time: z.int(),
})

export type ChangesPosition = z.infer<typeof changesPosition>
export type TablePlace = z.infer<typeof place>
export type TableCopy = NonNullable<TablePlace['copy']>
export type CopyRun = z.infer<typeof run>

/** Whether all rows of a table were copied that are to be copied. */
export const isCopied = ({ copy }: TablePlace): boolean => copy === undefined || copy.runs.at(-1)?.until === null
