import { systemFailure } from '@heddle/core'
import { applyChange, changeText, hasChange, type Tables } from './change.ts'
import { diffTarget } from './diff.ts'
import { foldMigrations, type Migration, migrationFile } from './file.ts'

/**
 * Sees to it that a table which an open migration would make, and which is there already, e.g. because development made it,
 * is in the end the one that the files say. What is there beside that stays: development keeps the values of removed fields.
 *
 * @param tables as they are in the database
 * @param open the migrations that are to be applied
 * @param files all of them
 * @throws {Failure} TableDiffers
 */
export function assertSameTables(tables: Tables, open: readonly Migration[], files: readonly Migration[]): void {
  let now = tables
  const met = new Map<string, Migration>()
  for (const migration of open) {
    for (const change of migration.changes) {
      if (!hasChange(now, change)) now = applyChange(now, change)
      else if (change.change === 'addTable') met.set(change.table.name, migration)
    }
  }
  const wanted = foldMigrations(files)
  for (const [name, migration] of met) {
    const table = wanted.get(name)
    if (!table || !now.has(name)) continue
    const target = { table, renamedFrom: undefined, renamedFields: {}, defaultOf: () => undefined }
    const changes = diffTarget(now, target).filter(({ change }) => change.change !== 'removeColumn')
    if (changes.length === 0) continue
    const differences = changes.map(({ change }) => changeText(change)).join('; ')
    throw systemFailure('TableDiffers', { file: migrationFile(migration), table: name, differences })
  }
}
