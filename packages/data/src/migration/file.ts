import { Defect, hashOf, type Json, systemFailure } from '@heddle/core'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { makeFolder } from '../folder/make-folder.ts'
import { applyChange, type Change, type Tables } from './change.ts'

/** A migration as a file holds it: `migrations/<number>-<name>.json`. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly changes: readonly Change[]
  /** SHA-256 over the changes in canonical JSON: a file that was edited after it was applied is found by it. */
  readonly checksum: string
}

const columnKinds = ['text', 'integer', 'real', 'boolean', 'time', 'bigint', 'json'] as const
const column = z.strictObject({ name: z.string(), kind: z.enum(columnKinds), nullable: z.boolean() })
const index = z.strictObject({
  columns: z.array(z.string()),
  unique: z.boolean(),
  acrossTenants: z.boolean().optional(),
  sparse: z.boolean().optional(),
})
const table = z.strictObject({ name: z.string(), key: z.string(), columns: z.array(column), indexes: z.array(index) })
const fill = z.union([
  z.strictObject({ value: z.union([z.string(), z.number(), z.boolean(), z.null()]) }),
  z.strictObject({ command: z.string() }),
])
const on = z.string()

const change: z.ZodType<Change> = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('addTable'), table }),
  z.strictObject({ change: z.literal('removeTable'), table: on }),
  z.strictObject({ change: z.literal('renameTable'), table: on, to: z.string() }),
  z.strictObject({ change: z.literal('addColumn'), table: on, column, fill: fill.optional() }),
  z.strictObject({ change: z.literal('removeColumn'), table: on, column: z.string() }),
  z.strictObject({ change: z.literal('renameColumn'), table: on, column: z.string(), to: z.string() }),
  z.strictObject({ change: z.literal('changeColumn'), table: on, before: column, column, fill: fill.optional() }),
  z.strictObject({ change: z.literal('addIndex'), table: on, index }),
  z.strictObject({ change: z.literal('removeIndex'), table: on, index }),
])
const file = z.strictObject({ heddle: z.literal(1), changes: z.array(change), checksum: z.string() })

const fileName = /^(\d+)-([\w-]+)\.json$/

/** Makes a migration of changes. */
export function createMigration(number: number, name: string, changes: readonly Change[]): Migration {
  return { number, name, changes, checksum: hashOf(changes as unknown as Json) }
}

/** The name of a migration's file, e.g. `0003-add-account-email.json`. */
export const migrationFile = ({ number, name }: Pick<Migration, 'number' | 'name'>) =>
  `${String(number).padStart(4, '0')}-${name}.json`

/**
 * Reads the migrations of a folder, in order. A folder that does not exist has none.
 *
 * @throws {Defect} InvalidDefinition for a file that is no migration, with its name and what is wrong
 * @throws {Failure} MigrationChanged for a file whose changes do not fit its checksum
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const migrations: Migration[] = []
  for (const entry of names.toSorted()) {
    const [, number, name] = fileName.exec(entry) ?? []
    if (number !== undefined) migrations.push(await readMigration(join(folder, entry), Number(number), name!))
  }
  migrations.sort((left, right) => left.number - right.number)
  for (const [position, migration] of migrations.entries()) {
    if (migration.number === position + 1) continue
    throw invalid(join(folder, migrationFile(migration)), `migration ${position + 1} is missing or there twice`)
  }
  return migrations
}

async function readMigration(path: string, number: number, name: string): Promise<Migration> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw invalid(path, `it is not JSON: ${(cause as Error).message}`)
  }
  const parsed = file.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw invalid(path, `${issue!.path.join('/') || 'the file'}: ${issue!.message}`)
  }
  const migration = createMigration(number, name, parsed.data.changes)
  if (migration.checksum !== parsed.data.checksum) throw systemFailure('MigrationChanged', { file: path })
  return migration
}

/** Writes a migration's file. Says where. */
export async function writeMigration(folder: string, migration: Migration): Promise<string> {
  await makeFolder(folder)
  const path = join(folder, migrationFile(migration))
  const { changes, checksum } = migration
  await writeFile(path, `${JSON.stringify({ heddle: 1, changes, checksum }, null, 2)}\n`, { flag: 'wx' })
  return path
}

/** The tables after all migrations. */
export function foldMigrations(migrations: readonly Migration[]): Tables {
  const none: Tables = new Map()
  return migrations.flatMap(({ changes }) => changes).reduce(applyChange, none)
}

const invalid = (path: string, reason: string) => new Defect('InvalidDefinition', { name: path, reason })
