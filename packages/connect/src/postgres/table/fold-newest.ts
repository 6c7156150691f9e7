import { isOlderWindow, type SinkRecord } from '@heddle/stream'
import { isDeepStrictEqual } from 'node:util'

/** What becomes of rows that show the newest of many windows each. */
export interface NewestRows {
  /** The results that rows may show, unless they show newer ones. */
  readonly upserts: readonly SinkRecord[]
  /** Withdrawn results: a row that shows one goes, before others are written. */
  readonly deletes: readonly SinkRecord[]
}

interface Row {
  shown: SinkRecord | undefined
  readonly withdrawn: SinkRecord[]
}

/** The newest window of each key, and what of those in the table does not hold any more. */
export function foldNewest(records: readonly SinkRecord[], keyOf: (record: SinkRecord) => string): NewestRows {
  const rows = new Map<string, Row>()
  for (const record of records) {
    const key = keyOf(record)
    const row: Row = rows.get(key) ?? { shown: undefined, withdrawn: [] }
    rows.set(key, row)
    const isOutdated = row.shown !== undefined && isOlderWindow(record.value, row.shown.value)
    if (record.weight === 1) {
      if (!isOutdated) row.shown = record
    } else if (row.shown !== undefined && isDeepStrictEqual(row.shown.value, record.value)) row.shown = undefined
    else if (!isOutdated) row.withdrawn.push(record)
  }
  const all = [...rows.values()]
  return {
    upserts: all.flatMap(({ shown }) => shown ?? []),
    // What is told anew of the same window replaces it.
    deletes: all.flatMap(({ shown, withdrawn }) =>
      shown === undefined ? withdrawn : withdrawn.filter(({ value }) => isOlderWindow(shown.value, value)),
    ),
  }
}
