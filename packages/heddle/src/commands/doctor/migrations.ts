import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Database,
  DataTransactions,
  findOwner,
  isEmbedded,
  migrationFile,
  migrationsFolder,
  migrationStatus,
} from '@heddle/data'
import { withDatabase } from '../../migrate/with-database.ts'
import { type Check, fail, type Finding, messageOf, ok, type Patient, warn } from './finding.ts'

const name = 'migrations'

/** Whether every migration file is applied. */
export const checkMigrations: Check = async (patient) => {
  try {
    return await look(patient)
  } catch (thrown) {
    return fail(name, messageOf(thrown), 'See `heddle migrate status`.')
  }
}

async function look({ app: load, folder, root, transactions }: Patient): Promise<Finding> {
  const app = await load().catch(() => undefined)
  const files = migrationsFolder(app?.definition.database, root)
  if (transactions instanceof DataTransactions) return status(transactions.database, files)
  if (!app?.definition.database) return ok(name, 'there is no database')
  if (findOwner(folder)) return ok(name, 'looked after by the process that serves the folder')
  if (isEmbedded(app.definition.database) && !existsSync(join(folder, 'app.db')))
    return ok(name, 'the database is not there yet')
  return withDatabase(app, { folder, root }, ({ database }) => status(database, files))
}

async function status(database: Database, folder: string): Promise<Finding> {
  const states = await migrationStatus({ database, folder })
  const open = states.filter(({ state }) => state !== 'applied').map(({ migration }) => migrationFile(migration))
  return open.length === 0
    ? ok(name, `${states.length} applied`)
    : warn(name, `not applied: ${open.join(', ')}`, 'Run `heddle migrate apply`: production does not start before.')
}
