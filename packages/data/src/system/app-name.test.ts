import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, app } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import type { DataTransactions } from '../unit/data-transactions.ts'
import { AppRecord, systemTenant } from './entities.ts'

const Order = entity('orders.Order', { key: 'id', fields: { id: z.string() } })
const Airport = entity('flights.Airport', { key: 'id', fields: { id: z.string() } })
const orders = app('orders', { parts: [Order], database: sqlite() })
const flights = app('flights', { parts: [Airport], database: sqlite() })

const newFolder = () => mkdtempSync(join(tmpdir(), 'heddle-app-name-'))
const environment = {}

/** Opens an app once. Says which tables are there, and does something with the database before it is closed. */
async function visit(declared: App, folder: string, { serves = false, forgets = false } = {}): Promise<string[]> {
  const open = await declared.open({ folder, environment })
  try {
    if (serves) await open.start()
    const { database, schema } = open.ports.transactions as DataTransactions
    const write = { kind: 'delete', table: AppRecord.table, key: 'app', version: 1 } as const
    if (forgets) await database.commit({ tenant: systemTenant, checks: [], writes: [write] })
    return [...schema.tables.keys()]
  } finally {
    await open.close()
  }
}

test('a database that an app was only called on is refused to another app, which makes no table in it', async () => {
  const folder = newFolder()
  await visit(orders, folder)
  const path = join(folder, 'app.db')
  const refused = { code: 'DatabaseOfOtherApp', data: { path, owner: 'orders', name: 'flights' } }
  await expect(flights.open({ folder, environment })).rejects.toMatchObject(refused)
  expect(await visit(orders, folder)).toEqual(['orders.Order'])
})

test('a database from before the name was noted is of the app that was deployed', async () => {
  const folder = newFolder()
  await visit(orders, folder, { serves: true, forgets: true })
  await expect(flights.open({ folder, environment })).rejects.toMatchObject({ data: { owner: 'orders' } })
})

test('an app that was renamed says its former name, and keeps its database under the new one', async () => {
  const folder = newFolder()
  await visit(orders, folder)
  const renamed = app('shop', { parts: [Order], database: sqlite(), formerly: ['orders'] })
  expect(await visit(renamed, folder)).toEqual(['orders.Order'])
  await expect(orders.open({ folder, environment })).rejects.toMatchObject({ data: { owner: 'shop', name: 'orders' } })
})
