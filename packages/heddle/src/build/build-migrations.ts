import { existsSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import type { App } from '@heddle/core'
import { migrationsFolder, planMigration, readMigrations } from '@heddle/data'
import { usageFailure } from '@heddle/serve'
import { entitiesOf } from '../migrate/with-database.ts'
import type { MigrationFiles } from './build-app.ts'

/** The migrations of an app that is built. */
export interface BuildMigrations {
  /** The files that come along; undefined where there are none. */
  readonly files: MigrationFiles | undefined
  /** What production needs and no file makes, in words. */
  readonly unplanned: readonly string[]
}

/**
 * Finds the migration files of an app, and what they leave open.
 *
 * @param root the folder of the app
 * @throws {Failure} MigrationChanged; InvalidUsage, when the files lie outside the folder of the app
 * @throws {Defect} InvalidDefinition
 */
export async function buildMigrations(app: App, root: string): Promise<BuildMigrations> {
  const { database } = app.definition
  if (!database) return { files: undefined, unplanned: [] }
  const from = migrationsFolder(database, root)
  const { changes, refused } = await planMigration({ entities: entitiesOf(app), folder: from })
  const unplanned = refused.length > 0 ? refused : changes
  if (!existsSync(from) || (await readMigrations(from)).length === 0) return { files: undefined, unplanned }
  const to = relative(root, from)
  if (to.startsWith('..') || isAbsolute(to)) {
    throw usageFailure(`the migration files of ${app.name} lie in ${from}, outside ${root}: they cannot come along`)
  }
  return { files: { from, to }, unplanned }
}
