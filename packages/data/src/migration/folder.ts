import type { Part } from '@heddle/core'
import { resolve } from 'node:path'

/** A database that says where the migration files of its app lie. */
export interface MigratedPart extends Part {
  /** Relative to the folder of the app. */
  readonly migrations: string
  /** Whether the records lie in the app's data folder, and not on a server. */
  readonly isEmbedded: boolean
}

/** Where migration files lie when nobody says so. */
export const usualMigrations = 'migrations'

/**
 * The folder of an app's migration files.
 *
 * @param root the folder of the app
 */
export function migrationsFolder(database: Part | undefined, root: string): string {
  return resolve(root, database && isMigrated(database) ? database.migrations : usualMigrations)
}

const isMigrated = (part: Part): part is MigratedPart => 'migrations' in part && typeof part.migrations === 'string'

/** Whether the records of an app lie in its data folder. A database that does not say so is taken for one that does. */
export const isEmbedded = (database: Part): boolean => !isMigrated(database) || database.isEmbedded
