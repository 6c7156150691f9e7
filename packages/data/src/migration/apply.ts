import { type Clock, systemClock, systemFailure } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { RecordOf } from '../entity/entity.ts'
import { MigrationRecord, systemTenant } from '../system/entities.ts'
import { findRecords, putWrite } from '../system/records.ts'
import { type Change, changeText, hasChange } from './change.ts'
import { type Migration, migrationFile, readMigrations } from './file.ts'
import { Schema } from './schema.ts'

/** How a migration stands in one database. */
export interface MigrationState {
  readonly migration: Migration
  readonly state: 'applied' | 'begun' | 'open'
  readonly changes: readonly string[]
}

/** How migrations are applied. */
export interface ApplyOptions {
  readonly database: Database
  /** The folder of the migration files. */
  readonly folder: string
  readonly clock?: Clock
  /**
   * Runs a command that fills a field of old records. It is called again when a run was cut short, so it must go on
   * from what is there, e.g. by finding the records that lack the field.
   */
  readonly runCommand?: (command: string) => Promise<void>
}

type Applied = RecordOf<typeof MigrationRecord>

/**
 * How each migration file stands in the database.
 *
 * @throws {Failure} MigrationChanged when a file was edited after it was applied
 */
export async function migrationStatus({
  database,
  folder,
}: Pick<ApplyOptions, 'database' | 'folder'>): Promise<MigrationState[]> {
  const records = await findRecords(database, MigrationRecord, systemTenant)
  const applied = new Map<number, Applied>(records.map((record) => [record.number, record]))
  return (await readMigrations(folder)).map((migration) => {
    const record = applied.get(migration.number)
    if (record && record.checksum !== migration.checksum) {
      throw systemFailure('MigrationChanged', { file: migrationFile(migration) })
    }
    const state = !record ? 'open' : record.done ? 'applied' : 'begun'
    return { migration, state, changes: migration.changes.map(changeText) }
  })
}

/**
 * Applies the migrations that are open, in order. Each is one transaction, together with the note that it was made; only
 * a command that fills records stands between two. Whoever is killed on the way goes on where the last one ended.
 *
 * @returns the migrations that were applied now
 * @throws {Failure} MigrationChanged, NotUnique, and what the database may fail with
 */
export async function applyMigrations(options: ApplyOptions): Promise<Migration[]> {
  const { database } = options
  const open = (await migrationStatus(options)).filter(({ state }) => state !== 'applied')
  const schema = await Schema.read(database)
  for (const { migration } of open) await applyMigration(options, schema, migration)
  return open.map(({ migration }) => migration)
}

async function applyMigration(
  { database, clock = systemClock, runCommand }: ApplyOptions,
  schema: Schema,
  migration: Migration,
): Promise<void> {
  const { number, name, checksum } = migration
  const [row] = await database.read(MigrationRecord.table, systemTenant, [number])
  const begun = row && (MigrationRecord.codec.decode(row) as Applied)
  const steps = stepsOf(migration.changes)
  for (let index = begun?.steps ?? 0; index < steps.length; index++) {
    const { changes, command } = steps[index]!
    if (command !== undefined) await fill(command, runCommand, migration)
    // Development may have made a change already, by itself.
    const missing: Change[] = []
    let tables = schema.tables
    for (const change of changes) {
      if (hasChange(tables, change)) continue
      missing.push(change)
      tables = Schema.after(tables, [change])
    }
    const done = index === steps.length - 1
    const record = { number, name, checksum, steps: index + 1, done, at: new Date(clock.now()) }
    await schema.change(missing, [putWrite(MigrationRecord, record)])
  }
}

/** What is changed in one transaction, after a command has run. */
interface Step {
  readonly command?: string
  readonly changes: readonly Change[]
}

/** A command that fills a field runs between the change that adds it and those that come after. */
function stepsOf(changes: readonly Change[]): Step[] {
  const steps: { command?: string; changes: Change[] }[] = [{ changes: [] }]
  for (const change of changes) {
    steps.at(-1)!.changes.push(change)
    if ('fill' in change && change.fill && 'command' in change.fill) {
      steps.push({ command: change.fill.command, changes: [] })
    }
  }
  return steps
}

async function fill(command: string, runCommand: ApplyOptions['runCommand'], migration: Migration): Promise<void> {
  if (runCommand) return runCommand(command)
  const changes = `${migrationFile(migration)} fills records by the command ${command}, which was not given`
  throw systemFailure('MigrationNeeded', { changes })
}
