import type { Condition } from '@heddle/data'
import { RunRecord, SecretRunRecord } from '@heddle/data'
import { decodeRun } from '../run/rows.ts'
import type { StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'

/** How many runs are read at a time. */
const pageLimit = 500

/** The open runs of a workflow, of all tenants, in the order of their ids, with inputs that are whole. */
export async function* openRuns(
  store: RunStore,
  workflow: string,
  more: readonly Condition[] = [],
): AsyncGenerator<StoredRun> {
  // Ids of several tenants may be the same, so a page begins with the last id of the one before.
  let seen = new Set<string>()
  let from = ''
  let limit = pageLimit
  for (;;) {
    const conditions: Condition[] = [
      { kind: 'compare', column: 'workflow', by: 'eq', value: workflow },
      { kind: 'compare', column: 'id', by: 'gte', value: from },
      { kind: 'missing', column: 'endedAt' },
      ...more,
    ]
    const page = await store.database.findAcross(SecretRunRecord.table, {
      where: { kind: 'and', conditions },
      order: ['workflow', 'id'].map((column) => ({ column, descending: false })),
      after: undefined,
      limit,
    })
    const last = page.at(-1)?.row[1] as string | undefined
    for (const { tenant, row } of page) {
      const run = decodeRun(row)
      // A job of the same name is a call of the command that starts runs.
      if (run.facts.job || (run.id === from && seen.has(tenant))) continue
      yield store.openInput({ tenant, version: row[0], run })
    }
    if (page.length < limit || last === undefined) return
    // As many tenants as a page has runs: one id fills it.
    limit = last === from ? limit * 2 : pageLimit
    seen = new Set(page.filter(({ row }) => row[1] === last).map(({ tenant }) => tenant))
    from = last
  }
}

/** The names of workflows, and of commands of jobs, that have runs: found by looking from one to the next in the index. */
export async function* namesWithRuns({ database }: RunStore): AsyncGenerator<string> {
  const order = [{ column: 'workflow', descending: false }]
  let after = ''
  for (;;) {
    const where = { kind: 'compare', column: 'workflow', by: 'gt', value: after } as const
    const [head] = await database.findAcross(RunRecord.table, { where, order, after: undefined, limit: 1 })
    if (!head) return
    after = (RunRecord.codec.decode(head.row) as { workflow: string }).workflow
    yield after
  }
}
