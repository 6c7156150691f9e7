import type { App } from '@heddle/core'
import { applyMigrations, migrationFile, migrationsFolder } from '@heddle/data'
import { commandRunner } from '../migrate/command-runner.ts'
import { withDatabase } from '../migrate/with-database.ts'

/** Where a built app finds what it works on. */
export interface BuiltPlace {
  /** The folder of its data. */
  readonly folder: string
  /** The folder of `start.js`, beside which its migration files lie. */
  readonly root: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Applies the migrations of a built app that are open: `node dist/start.js migrate`. Says which, in lines. */
export async function migrateBuilt(app: App, place: BuiltPlace): Promise<readonly string[]> {
  const folder = migrationsFolder(app.definition.database, place.root)
  const applied = await withDatabase(app, place, async (bare) => {
    const runner = commandRunner(app, bare)
    try {
      return await applyMigrations({ database: bare.database, folder, runCommand: (command) => runner.run(command) })
    } finally {
      await runner.close()
    }
  })
  return applied.length === 0 ? ['nothing is open'] : applied.map((migration) => `applied ${migrationFile(migration)}`)
}
