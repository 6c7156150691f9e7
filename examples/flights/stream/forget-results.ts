import { type AnyEntity, databaseOf, type OpenApp } from 'heddle'

const pageLimit = 500

/** The tables that the job of the delays fills; its views begin empty with each start. */
const tables = ['flights.AirportDays']

/** What was removed of a job that rests. */
export interface Forgotten {
  readonly rows: number
  readonly letters: number
}

/** Removes what a job at rest has told: the rows of its tables, and the dead letters of its records. */
export async function forgetResults(app: OpenApp, job: string): Promise<Forgotten> {
  let rows = 0
  for (const name of tables) rows += await emptyTable(app, name)
  const outcome = await app.callByName('heddle.DropDeadLetters', { job })
  if (!outcome.ok) throw outcome.errors[0]!
  const { dropped: letters } = outcome.value as { dropped: number }
  return { rows, letters }
}

async function emptyTable(app: OpenApp, name: string): Promise<number> {
  const entity = app.parts.find((part) => part.kind.name === 'entity' && part.name === name) as AnyEntity | undefined
  if (!entity) throw new Error(`There is no table ${name}`)
  const { table } = entity
  const database = databaseOf(app.ports, app.name)
  const keyAt = table.columns.findIndex((column) => column.name === table.key) + 1
  const query = {
    where: undefined,
    order: [{ column: table.key, descending: false }],
    after: undefined,
    limit: pageLimit,
  }
  for (let removed = 0; ;) {
    const rows = await database.find(table, 'main', query)
    if (rows.length === 0) return removed
    const writes = rows.map((row) => {
      return { kind: 'delete' as const, table, key: row[keyAt] as string, version: row[0] }
    })
    const refusal = await database.commit({ tenant: 'main', checks: [], writes })
    // The job rests, so nobody else writes here.
    if (refusal) throw new Error(`The rows of ${name} were changed while they were removed`)
    removed += rows.length
  }
}
