import { Defect } from '@heddle/core'
import type { MigratedPart } from '../migration/folder.ts'
import { postgres } from '../postgres/postgres.ts'
import { sqlite } from '../sqlite/sqlite.ts'

/**
 * The database at an address: `postgres://…` is a server, `sqlite:<file>` a file, and none is SQLite in the app's data
 * folder. So one declaration serves development and production.
 *
 * @throws {Defect} InvalidDefinition for any other address
 * @example app('bank', { database: databaseAt(process.env.DATABASE_URL), parts: [transferMoney] })
 */
export function databaseAt(address: string | undefined): MigratedPart {
  if (address === undefined || address === '') return sqlite()
  const [scheme = ''] = address.split(':', 1)
  if (scheme === 'postgres' || scheme === 'postgresql') return postgres(address)
  if (scheme === 'sqlite') return sqlite(address.slice('sqlite:'.length))
  // The address may hold a password, so only its beginning is told.
  const reason = `its address begins with "${scheme}", and known are postgres:// and sqlite:`
  throw new Defect('InvalidDefinition', { name: 'The database', reason })
}
