import { constants, type DatabaseSync, type SQLInputValue } from 'node:sqlite'

/** Rows as lists, and the names of their columns. */
export interface RawRows {
  readonly rows: readonly (readonly unknown[])[]
  readonly columns: readonly string[]
}

/** Tables that are made of a value and hold nothing. */
const valueTables: ReadonlySet<string> = new Set(['json_each', 'json_tree'])
const allowedActions: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
])

/**
 * Runs SQL. With `tables`, SQLite asks about everything that the text wants to do: it may read these tables and call
 * functions, and nothing else.
 */
export function readOnly(
  connection: DatabaseSync,
  sql: string,
  parameters: readonly SQLInputValue[],
  tables: readonly string[] | undefined,
): RawRows {
  if (!tables) return run(connection, sql, parameters)
  const stored = new Set(run(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'", []).rows.flat())
  const isHidden = (name: string) => (stored.has(name) || /^sqlite_/i.test(name)) && !tables.includes(name)
  connection.setAuthorizer((action, name, _column, schema) => {
    if (allowedActions.has(action)) return constants.SQLITE_OK
    if (action !== constants.SQLITE_READ) return constants.SQLITE_DENY
    // Without a schema it can be a subquery, but also a table of which no column is read.
    const isAllowed = schema === null ? !isHidden(name!) : tables.includes(name!) || valueTables.has(name!)
    return isAllowed ? constants.SQLITE_OK : constants.SQLITE_DENY
  })
  try {
    return run(connection, sql, parameters)
  } finally {
    connection.setAuthorizer(null)
  }
}

function run(connection: DatabaseSync, sql: string, parameters: readonly SQLInputValue[]): RawRows {
  const statement = connection.prepare(sql)
  const columns = statement.columns().map(({ name }) => name)
  return { columns, rows: statement.all(...parameters) as unknown as unknown[][] }
}
