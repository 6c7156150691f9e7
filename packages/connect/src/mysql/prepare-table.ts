import type { Table } from '@heddle/data'
import { columnType, createIndexes, createTable, quote } from './dialect.ts'
import type { Run } from './records.ts'

/** Already there: another process was first. */
const present: ReadonlySet<unknown> = new Set(['ER_DUP_KEYNAME', 'ER_DUP_FIELDNAME', 'ER_TABLE_EXISTS_ERROR'])

/** Adds what is missing of a table: the table, columns, indexes. Whatever is there stays as it is. */
export async function prepareTable(run: Run, table: Table): Promise<void> {
  const add = async (sql: string) => {
    try {
      await run(sql, [])
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && present.has(error.code))) throw error
    }
  }
  const names = async (column: string, from: string) => {
    const sql = `SELECT ${column} FROM information_schema.${from} WHERE table_schema = DATABASE() AND table_name = ?`
    return new Set((await run<string[][]>(sql, [table.name])).map(([name]) => name))
  }
  await add(createTable(table))
  const columns = await names('column_name', 'columns')
  for (const column of table.columns) {
    if (columns.has(column.name)) continue
    await add(`ALTER TABLE ${quote(table.name)} ADD COLUMN ${quote(column.name)} ${columnType(table, column)}`)
  }
  const indexes = await names('index_name', 'statistics')
  for (const [name, sql] of createIndexes(table)) if (!indexes.has(name)) await add(sql)
}
