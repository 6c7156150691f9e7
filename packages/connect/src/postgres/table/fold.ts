import type { SinkRecord } from '@heddle/stream'

/** What becomes of the rows of some keys. */
export interface FoldedRows {
  /** By key: the row that is there in the end. */
  readonly upserts: ReadonlyMap<string, SinkRecord>
  /** By key: what was withdrawn and not told anew. */
  readonly deletes: ReadonlyMap<string, SinkRecord>
}

/** The last word on each key: one statement can write a row only once. */
export function fold(records: readonly SinkRecord[], keyOf: (record: SinkRecord) => string): FoldedRows {
  const upserts = new Map<string, SinkRecord>()
  const deletes = new Map<string, SinkRecord>()
  for (const record of records) {
    const key = keyOf(record)
    const [to, from] = record.weight === 1 ? [upserts, deletes] : [deletes, upserts]
    to.set(key, record)
    from.delete(key)
  }
  return { upserts, deletes }
}
