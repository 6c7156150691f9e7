import { loadLibrary } from '@heddle/core'
import {
  type Key,
  keyOf,
  pageSql,
  type RecordStore,
  type RecordStoreDriver,
  type Row,
  type Table,
  type Value,
  type Write,
  type Written,
} from '@heddle/data'
import type * as mysql from 'mysql2/promise'
import { createIndexes, mysqlDialect, placeOf, quote, tenantColumn, versionColumn } from './dialect.ts'
import { brokenIndex, isLostRace, mysqlError } from './errors.ts'
import { prepareTable } from './prepare-table.ts'
import { bound, parseRow } from './values.ts'

/** Where in MySQL or MariaDB records are kept. */
export interface MysqlRecordsOptions {
  /** E.g. `mysql://user:password@host:3306/database`. */
  readonly url: string
  /** Most statements that run at a time (limit `mysql.connections`). The others wait. @default 4 */
  readonly connections?: number
  /** How long a connection may take, in milliseconds (limit `mysql.connect`). @default 5000 */
  readonly connectTimeoutMs?: number
  /** The client library, where a bundler cannot follow a dynamic import. */
  readonly lib?: () => Promise<Pick<typeof mysql, 'createPool'>>
}

/** Grows with each write, also over a removal: the server's clock in microseconds, and at least one more than before. */
const clock = 'CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)'
/** A statement that sets the version to this answers with it. */
const firstVersion = `LAST_INSERT_ID(${clock})`
const nextVersion = `LAST_INSERT_ID(GREATEST(${versionColumn} + 1, ${clock}))`

/** How often a statement that gave way to others runs. */
const attempts = 5

/**
 * Records in MySQL or MariaDB, each entity in a table with a column per field and its indexes. What an app does not have
 * yet, tables, columns and indexes, is added when it starts; nothing is changed or removed.
 *
 * @example provideRecords(Products, mysqlRecords({ url: 'mysql://shop:secret@db/catalog' }))
 */
export const mysqlRecords = (options: MysqlRecordsOptions): RecordStoreDriver => ({
  name: 'mysql',
  describe: () => ({ engine: 'mysql' }),
  open: () => openMysqlStore(options),
})

/** @throws {Defect} MissingLibrary */
export async function openMysqlStore(options: MysqlRecordsOptions): Promise<RecordStore> {
  const { url, connections = 4, connectTimeoutMs = 5000, lib = () => import('mysql2/promise') } = options
  const library = await loadLibrary('mysqlRecords()', 'mysql2', lib)
  const pool = library.createPool({
    uri: url,
    connectionLimit: connections,
    connectTimeout: connectTimeoutMs,
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: true,
    rowsAsArray: true,
  })
  const where = describeUrl(url)

  const run = async <Answer>(sql: string, values: readonly (string | number | Buffer | null)[]): Promise<Answer> => {
    for (let attempt = 1; ; attempt++) {
      try {
        const [answer] = await pool.execute(sql, [...values])
        return answer as Answer
      } catch (error) {
        if (!isLostRace(error) || attempt === attempts) throw error
      }
    }
  }
  const query = async (
    table: Table,
    sql: string,
    values: readonly (string | number | Buffer | null)[],
  ): Promise<Row[]> => {
    const names = [versionColumn, ...table.columns.map(({ name }) => quote(name))]
    const text = `SELECT ${names.join(', ')} FROM ${quote(table.name)} WHERE ${tenantColumn} = ?${sql}`
    try {
      return (await run<unknown[][]>(text, values)).map((row) => parseRow(table.columns, row))
    } catch (error) {
      throw mysqlError(error, where)
    }
  }

  return {
    name: 'mysql',
    async prepare(table) {
      try {
        await prepareTable(run, table)
      } catch (error) {
        throw mysqlError(error, where)
      }
    },
    async read(table, tenant, keys) {
      if (keys.length === 0) return []
      const key = table.columns.findIndex(({ name }) => name === table.key)
      const places = keys.map(() => '?').join(', ')
      const rows = await query(table, ` AND ${quote(table.key)} IN (${places})`, [tenant, ...keys].map(bound))
      const found = new Map(rows.map((row) => [row[key + 1] as Key, row]))
      return keys.map((one) => found.get(one))
    },
    find(table, tenant, page) {
      const { sql, parameters } = pageSql(mysqlDialect, table, page, 1)
      // MySQL takes no double behind LIMIT, as which numbers travel.
      const values = [tenant, ...parameters.slice(0, -1)].map(bound)
      return query(table, sql, [...values, `${page.limit}`])
    },
    async write(tenant, write) {
      try {
        return await writeRecord(run, tenant, write)
      } catch (error) {
        const index = brokenIndex(error)
        if (index === undefined) throw mysqlError(error, where)
        return { kind: 'notUnique', columns: columnsOf(write.table, index) }
      }
    },
    close: () => pool.end(),
  }
}

/** Runs a statement with bound values. */
export type Run = <Answer>(sql: string, values: readonly (string | number | Buffer | null)[]) => Promise<Answer>

async function writeRecord(run: Run, tenant: string, write: Write): Promise<Written> {
  const { table, kind } = write
  const name = quote(table.name)
  const place = [tenant, keyOf(write)]
  const here = `${tenantColumn} = ? AND ${quote(table.key)} = ?`
  const change = async (sql: string, values: readonly Value[]): Promise<Written | undefined> => {
    const { affectedRows, insertId } = await run<mysql.ResultSetHeader>(sql, values.map(bound))
    return affectedRows === 0 ? undefined : { kind: 'written', version: Number(insertId) }
  }
  const set = [
    `${versionColumn} = ${nextVersion}`,
    ...table.columns.map((column) => `${quote(column.name)} = ${placeOf(column)}`),
  ]
  const update = `UPDATE ${name} SET ${set.join(', ')} WHERE ${here}`
  const columns = [tenantColumn, versionColumn, ...table.columns.map((column) => quote(column.name))]
  const places = ['?', firstVersion, ...table.columns.map(placeOf)]
  const insert = `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${places.join(', ')})`
  const conflict: Written = { kind: 'conflict' }

  switch (kind) {
    case 'insert':
      return (await change(insert, [tenant, ...write.values])) ?? conflict
    case 'update': {
      const values = [...write.values, ...place, write.version]
      return (await change(`${update} AND ${versionColumn} = ?`, values)) ?? conflict
    }
    case 'delete': {
      const removed = await change(`DELETE FROM ${name} WHERE ${here} AND ${versionColumn} = ?`, [
        ...place,
        write.version,
      ])
      return removed ? { kind: 'written', version: write.version + 1 } : conflict
    }
    case 'put': {
      // ON DUPLICATE KEY UPDATE would write over another record that has the same value in a unique index.
      for (let attempt = 1; ; attempt++) {
        const updated = await change(update, [...write.values, ...place])
        if (updated) return updated
        try {
          return (await change(insert, [tenant, ...write.values])) ?? conflict
        } catch (error) {
          if (brokenIndex(error) !== 'PRIMARY' || attempt === attempts) throw error
        }
      }
    }
  }
}

function columnsOf(table: Table, index: string): readonly string[] {
  const place = [...createIndexes(table).keys()].indexOf(index)
  return table.indexes[place]?.columns ?? [table.key]
}

/** A URL without its password and options. */
function describeUrl(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    return `MySQL at ${hostname}${port === '' ? '' : `:${port}`}${pathname}`
  } catch {
    return 'MySQL'
  }
}
