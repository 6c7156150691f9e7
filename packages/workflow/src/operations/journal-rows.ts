import type { Json } from '@heddle/core'
import { SecretEntryRecord } from '@heddle/data'
import type { RunStore } from '../run/run-store.ts'
import { decodeEntry } from '../run/rows.ts'
import type { Entry } from '../run/run.ts'

/** A line of a journal with the key of its row. */
export interface JournalRow {
  readonly id: string
  readonly entry: Entry
}

/** The rows of a journal in their order. */
export async function journalRows(store: RunStore, tenant: string, run: string): Promise<JournalRow[]> {
  const rows = await store.rowsOf(SecretEntryRecord.table, tenant, run)
  return rows.map((row) => ({ id: row[1] as string, entry: decodeEntry(row) }))
}

/** Whether an entry is a step that ended with a failure. */
export const isFailedStep = ({ kind, value }: Entry): boolean =>
  kind === 'step' && (value as { readonly ok?: Json } | undefined)?.ok === false
