import type { ClientBase, Pool } from 'pg'
import type { Parameter } from './values.ts'

/** SQL with its parameters. */
export interface Statement {
  readonly sql: string
  readonly values: readonly Parameter[]
  /** Whether the server keeps it parsed and planned for the next time. False where texts are many. */
  readonly isKept?: boolean
}

/** How many statements are known by a name (limit `postgres.statements`). The others are parsed each time. */
const statementLimit = 1000

/** Short names of statements: the same in each session. */
const names = new Map<string, string>()

function nameOf(sql: string): string | undefined {
  const known = names.get(sql)
  if (known !== undefined || names.size >= statementLimit) return known
  const name = `heddle_${names.size}`
  names.set(sql, name)
  return name
}

/** Rows as lists, and how many rows a statement changed. */
export interface Answer {
  readonly rows: readonly (readonly unknown[])[]
  readonly columns: readonly string[]
  readonly changed: number
}

/** Asks over a connection, or over the next free one of a pool. */
export async function ask(
  connection: Pick<ClientBase | Pool, 'query'>,
  { sql, values, isKept = true }: Statement,
): Promise<Answer> {
  const name = isKept ? nameOf(sql) : undefined
  const { rows, fields, rowCount } = await connection.query({
    text: sql,
    values: values as unknown[],
    rowMode: 'array',
    ...(name !== undefined && { name }),
  })
  return { rows, columns: fields.map((field) => field.name), changed: rowCount ?? 0 }
}

/**
 * Runs statements in one transaction, all of which leave at once: one round trip.
 *
 * @param begun whether the connection is in a transaction already
 * @returns how many rows each changed
 * @throws what the first one that failed was answered; then nothing was changed
 */
export async function transact(connection: ClientBase, statements: readonly Statement[], begun = false) {
  if (!begun && statements.length === 1) return [(await ask(connection, statements[0]!)).changed]
  const begin = begun ? [] : [connection.query('BEGIN')]
  const answers = statements.map((statement) => ask(connection, statement))
  const settled = await Promise.allSettled([...begin, ...answers, connection.query('COMMIT')])
  const failed = settled.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  return Promise.all(answers).then((all) => all.map(({ changed }) => changed))
}
