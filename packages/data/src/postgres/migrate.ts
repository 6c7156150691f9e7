import { CommitConflict, systemFailure } from '@heddle/core'
import type { ClientBase } from 'pg'
import type { Migrate } from '../database/database.ts'
import { applyChange, type Tables } from '../migration/change.ts'
import { changeSql } from '../sql/change-sql.ts'
import { brokenOf } from './broken.ts'
import { postgresDialect } from './dialect.ts'
import { isServerError, type ServerError, sqlState } from './errors.ts'
import { groupStatements } from './group.ts'
import { formatName, offsetsName, quote, shortName, versionsName } from './names.ts'
import { brokenColumns } from './refusal.ts'
import { ask } from './statement.ts'

/** The advisory lock of whoever changes tables. Any number does, as long as all have the same. */
const migrationLock = 4_706_173_802_118n

/** One process at a time, however long the one before takes. */
async function begin(client: ClientBase): Promise<void> {
  await client.query('BEGIN')
  await client.query('SET LOCAL lock_timeout = 0')
  await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock.toString()])
}

/** Makes what the driver itself needs, in a database that does not have it. */
export async function prepareDatabase(client: ClientBase): Promise<void> {
  const { rows } = await client.query('SELECT to_regclass($1) AS found', [quote(formatName)])
  if ((rows as { found: unknown }[])[0]!.found !== null) return
  await begin(client)
  await client.query(`CREATE SEQUENCE IF NOT EXISTS ${quote(versionsName)}`)
  await client.query(`CREATE TABLE IF NOT EXISTS ${quote(formatName)} (format integer NOT NULL)`)
  await client.query(`CREATE TABLE IF NOT EXISTS ${quote(offsetsName)} (last bigint NOT NULL)`)
  await client.query(`INSERT INTO ${quote(offsetsName)} SELECT 0 WHERE NOT EXISTS (SELECT FROM ${quote(offsetsName)})`)
  await client.query('COMMIT')
}

/** How many of the system's own migrations the database has. */
export async function readFormat(client: Pick<ClientBase, 'query'>): Promise<number> {
  const { rows } = await client.query(`SELECT format FROM ${quote(formatName)}`)
  return (rows as { format: number }[])[0]?.format ?? 0
}

/**
 * Changes tables and writes, in one transaction. Of two processes that bring the system's tables to the same format the
 * second one finds it done.
 *
 * @throws {CommitConflict} when a check fails, because somebody else changed tables meanwhile
 */
export async function migrateDatabase(
  client: ClientBase,
  where: string,
  { tables, changes, commit, format }: Migrate,
): Promise<void> {
  const after = changes.reduce(applyChange, tables)
  try {
    await begin(client)
    if (format !== undefined && (await readFormat(client)) >= format) return void (await client.query('ROLLBACK'))
    for (const statement of groupStatements([{ ...commit, writes: [] }])) await ask(client, statement)
    let now = tables
    for (const change of changes) {
      for (const sql of changeSql(postgresDialect, change, now)) await client.query(sql)
      now = applyChange(now, change)
    }
    for (const statement of groupStatements([{ ...commit, checks: [] }])) await ask(client, statement)
    if (format !== undefined) {
      await client.query(`DELETE FROM ${quote(formatName)}`)
      await client.query(`INSERT INTO ${quote(formatName)} VALUES ($1)`, [format])
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    if (brokenOf(error)) throw new CommitConflict()
    throw isServerError(error) ? migrationError(error, where, after) : error
  }
}

function migrationError(error: ServerError, where: string, after: Tables): unknown {
  const table = [...after.values()].find(({ name }) => shortName(name) === error.table)
  if (error.code === sqlState.uniqueViolation && table) {
    const columns = brokenColumns(error, table) ?? [table.key]
    return systemFailure('NotUnique', { entity: table.name, field: columns.join(', ') })
  }
  if (error.code === sqlState.duplicateTable) {
    const reason = `${error.message}, and Heddle did not make it`
    return systemFailure('DatabaseForeign', { path: where, reason }, { cause: error })
  }
  return error
}
