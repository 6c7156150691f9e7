import { type Clock, CommitConflict, systemClock, systemFailure } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { RecordOf } from '../entity/entity.ts'
import { MigrationRecord, systemTenant } from '../system/entities.ts'
import { findRecords, putWrite } from '../system/records.ts'
import { assertSameTables } from './assert-same-tables.ts'
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
 * a command that fills records stands between two. Whoever is killed on the way goes on where the last one ended, and of
 * several who apply at once each goes on where the fastest is.
 *
 * @returns the migrations that were applied by this call; what another process finished meanwhile is not among them
 * @throws {Failure} MigrationChanged, TableDiffers, NotUnique, Conflict, and what the database may fail with
 */
export async function applyMigrations(options: ApplyOptions): Promise<Migration[]> {
  const { database } = options
  const states = await migrationStatus(options)
  const open = states.filter(({ state }) => state !== 'applied').map(({ migration }) => migration)
  const schema = await Schema.read(database)
  const files = states.map(({ migration }) => migration)
  assertSameTables(schema.tables, open, files)
  const applied: Migration[] = []
  for (const migration of open) if (await applyMigration(options, schema, migration)) applied.push(migration)
  return applied
}

/** How often a step is tried that another process makes at the same time (limit `migration.attempts`). */
const attemptLimit = 5

/** Takes step after step until the migration is done. Says whether the last one was made here. */
async function applyMigration(options: ApplyOptions, schema: Schema, migration: Migration): Promise<boolean> {
  const steps = stepsOf(migration.changes)
  let tried = -1
  let attempts = 0
  for (;;) {
    const { step, version } = await standOf(options.database, migration)
    if (step >= steps.length) return false
    attempts = step === tried ? attempts + 1 : 1
    tried = step
    try {
      await takeStep(options, schema, { migration, index: step, steps, version })
      if (step === steps.length - 1) return true
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error
      if (attempts === attemptLimit) throw systemFailure('Conflict', { attempts })
    }
  }
}

/** How many steps of a migration are made, and the version of the record that says so. */
async function standOf(database: Database, migration: Migration): Promise<{ step: number; version: number }> {
  const [row] = await database.read(MigrationRecord.table, systemTenant, [migration.number])
  if (!row) return { step: 0, version: 0 }
  const { steps, checksum } = MigrationRecord.codec.decode(row) as Applied
  if (checksum !== migration.checksum) throw systemFailure('MigrationChanged', { file: migrationFile(migration) })
  return { step: steps, version: row[0] }
}

/** Which step is taken, and from where. */
interface StepTaken {
  readonly migration: Migration
  readonly steps: readonly Step[]
  readonly index: number
  /** Of the record that says how many steps are made. */
  readonly version: number
}

/** @throws {CommitConflict} when another process takes the same step, or changes the same tables */
async function takeStep(
  { clock = systemClock, runCommand }: ApplyOptions,
  schema: Schema,
  { migration, steps, index, version }: StepTaken,
): Promise<void> {
  const { number, name, checksum } = migration
  const { changes, command } = steps[index]!
  if (command !== undefined) await fill(command, runCommand, migration)
  // Read after the record was, so that a step which another process takes meanwhile is noticed by the record's version.
  let { tables } = await schema.renewed()
  // Development may have made a change already, by itself.
  const missing: Change[] = []
  for (const change of changes) {
    if (hasChange(tables, change)) continue
    missing.push(change)
    tables = Schema.after(tables, [change])
  }
  const done = index === steps.length - 1
  const record = { number, name, checksum, steps: index + 1, done, at: new Date(clock.now()) }
  const check = { table: MigrationRecord.table, key: number, version }
  await schema.change(missing, [putWrite(MigrationRecord, record)], [check])
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
  throw systemFailure('MigrationNeeded', { changes, run: '`heddle migrate apply`' })
}
