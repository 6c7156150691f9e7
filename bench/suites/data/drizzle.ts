import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BetterSQLiteSession } from 'drizzle-orm/better-sqlite3/session'
import { BaseSQLiteDatabase, SQLiteSyncDialect } from 'drizzle-orm/sqlite-core'
import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { folderInMemory } from '../../harness/folder.ts'
import { fillOrders } from './find-orders.ts'

/** The table as Drizzle knows it. */
export const orders = sqliteTable(
  'orders',
  {
    tenant: text().notNull(),
    id: text().notNull(),
    version: integer().notNull(),
    customer: text().notNull(),
    name: text().notNull(),
    qty: integer().notNull(),
    price: real().notNull(),
    active: integer({ mode: 'boolean' }).notNull(),
    at: integer({ mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.id] }),
    index('orders_by_customer').on(table.tenant, table.customer, table.at, table.id),
  ],
)

/** The columns that make a record. */
export const columns = {
  id: orders.id,
  customer: orders.customer,
  name: orders.name,
  qty: orders.qty,
  price: orders.price,
  active: orders.active,
  at: orders.at,
}

/** Drizzle on node:sqlite: its session for synchronous drivers over a thin client, with rows as lists. */
export function openDrizzle() {
  const folder = folderInMemory()
  const connection = new DatabaseSync(join(folder, 'bench.db'))
  fillOrders(connection)
  const client = {
    prepare(sql: string) {
      const statement = connection.prepare(sql)
      statement.setReturnArrays(true)
      return { raw: () => statement }
    },
  }
  const dialect = new SQLiteSyncDialect()
  const session = new BetterSQLiteSession(client as never, dialect, undefined)
  const database = new BaseSQLiteDatabase('sync', dialect, session as never, undefined)
  return {
    database,
    close() {
      connection.close()
      rmSync(folder, { recursive: true })
    },
  }
}
