import { EntryRecord, type Row, SecretEntryRecord, type Write } from '@heddle/data'
import type { Entry, StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'

const pageLimit = 1000

/** The writes that put other entries into the place of a run's journal. They go with a change of its row. */
export async function rewriteJournal(
  store: RunStore,
  { tenant, run: { id } }: StoredRun,
  entries: readonly Entry[],
  from: number,
  secret: boolean,
): Promise<Write[]> {
  const { table } = secret ? SecretEntryRecord : EntryRecord
  const writes: Write[] = []
  for await (const row of entryRows(store, tenant, id)) {
    writes.push({ kind: 'delete', table, key: row[1] as string, version: row[0] })
  }
  // Behind the old ones, whose keys go in the same commit.
  return [...writes, ...entries.map((entry, index) => store.insertEntry(id, from + index, entry, secret))]
}

async function* entryRows({ database }: RunStore, tenant: string, run: string): AsyncGenerator<Row> {
  let after = `${run}/`
  for (;;) {
    const page: readonly Row[] = await database.find(EntryRecord.table, tenant, {
      where: {
        kind: 'and',
        conditions: [
          { kind: 'compare', column: 'id', by: 'gt', value: after },
          { kind: 'compare', column: 'id', by: 'lt', value: `${run}0` },
        ],
      },
      order: [{ column: 'id', descending: false }],
      after: undefined,
      limit: pageLimit,
    })
    yield* page
    if (page.length < pageLimit) return
    after = page.at(-1)![1] as string
  }
}
