import { systemFailure } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { migrationStatus } from './apply.ts'
import { migrationFile } from './file.ts'

/**
 * Refuses to serve in production while a migration file is not applied, and anywhere when an applied one was edited.
 *
 * @throws {Failure} MigrationNeeded, MigrationChanged
 */
export async function assertMigrated(
  database: Database,
  folder: string,
  mode: 'development' | 'production',
): Promise<void> {
  const states = await migrationStatus({ database, folder })
  const open = states.filter(({ state }) => state !== 'applied').map(({ migration }) => migrationFile(migration))
  if (mode === 'production' && open.length > 0) {
    throw systemFailure('MigrationNeeded', {
      changes: `${open.join(', ')} ${open.length > 1 ? 'are' : 'is'} not applied`,
      run: '`heddle migrate apply`',
    })
  }
}
