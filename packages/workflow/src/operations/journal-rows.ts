import type { Json } from '@heddle/core'
import { type Row, SecretEntryRecord } from '@heddle/data'
import type { RunStore } from '../run/run-store.ts'
import { decodeEntry } from '../run/rows.ts'
import type { Entry } from '../run/run.ts'

/** A line of a journal with the key of its row. */
export interface JournalRow {
  readonly id: string
  readonly entry: Entry
}

/** How many rows one read gives. */
const pageLimit = 1000

/** The rows of a journal in their order, a page at a time. */
export async function journalRows({ database }: RunStore, tenant: string, run: string): Promise<JournalRow[]> {
  const rows: Row[] = []
  for (;;) {
    const page = await database.find(SecretEntryRecord.table, tenant, {
      where: {
        kind: 'and',
        conditions: [
          { kind: 'compare', column: 'id', by: 'gt', value: (rows.at(-1)?.[1] as string | undefined) ?? `${run}/` },
          { kind: 'compare', column: 'id', by: 'lt', value: `${run}0` },
        ],
      },
      order: [{ column: 'id', descending: false }],
      after: undefined,
      limit: pageLimit,
    })
    rows.push(...page)
    if (page.length < pageLimit) return rows.map((row) => ({ id: row[1] as string, entry: decodeEntry(row) }))
  }
}

/** Whether an entry is a step that ended with a failure. */
export const isFailedStep = ({ kind, value }: Entry): boolean =>
  kind === 'step' && (value as { readonly ok?: Json } | undefined)?.ok === false
