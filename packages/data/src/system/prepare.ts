import { systemFailure } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { applyChange, type Tables } from '../migration/change.ts'
import { systemMigrations } from './tables.ts'
import { systemTenant } from './entities.ts'

/**
 * Brings the system tables to the newest format.
 *
 * @throws {Failure} DatabaseTooNew
 */
export async function prepareSystemTables(database: Database, path: string): Promise<void> {
  const found = await database.format()
  if (found > systemMigrations.length) {
    throw systemFailure('DatabaseTooNew', { path, found, known: systemMigrations.length })
  }
  let tables: Tables = systemMigrations.slice(0, found).flat().reduce(applyChange, new Map())
  for (const [index, changes] of systemMigrations.entries()) {
    if (index < found) continue
    const commit = { tenant: systemTenant, checks: [], writes: [] }
    await database.migrate({ tables, changes, commit, format: index + 1 })
    tables = changes.reduce(applyChange, tables)
  }
}
