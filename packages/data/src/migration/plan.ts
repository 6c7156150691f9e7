import type { AnyEntity } from '../entity/entity.ts'
import { applyChange, type Change, changeText, tableOf, type Tables } from './change.ts'
import { type Difference, diffTarget, type Fills, removedTables, type Target } from './diff.ts'
import { entityTarget } from './entity-target.ts'
import { createMigration, foldMigrations, type Migration, readMigrations } from './file.ts'

/** What stands between the migration files and the entities. */
export interface MigrationPlan {
  /** The next migration; undefined when nothing changed or something is refused. */
  readonly migration: Migration | undefined
  /** Each change in words. */
  readonly changes: readonly string[]
  /** Changes that cannot be made, and what to do instead. */
  readonly refused: readonly string[]
}

/** How a plan is made. */
export interface PlanOptions {
  readonly entities: readonly AnyEntity[]
  /** The folder of the migration files. */
  readonly folder: string
  /** @default made of the first change, e.g. `add-account` */
  readonly name?: string
  /** What old records get in a new required field, by `<entity>.<field>`. */
  readonly fills?: Fills
}

/**
 * Compares the entities with the last migration. It writes nothing: `writeMigration` does.
 *
 * @throws {Defect} InvalidDefinition
 * @throws {Failure} MigrationChanged
 * @example
 * const { migration, refused } = await planMigration({ entities: [Account], folder: 'migrations' })
 * if (migration) await writeMigration('migrations', migration)
 */
export async function planMigration({ entities, folder, name, fills = {} }: PlanOptions): Promise<MigrationPlan> {
  const migrations = await readMigrations(folder)
  const differences = diffTargets(foldMigrations(migrations), entities.map(entityTarget), fills)
  const changes = differences.map(({ change }) => change)
  const refused = differences.flatMap((difference) => difference.refused ?? [])
  const planned = changes.length === 0 || refused.length > 0 ? undefined : changes
  return {
    migration: planned && createMigration(migrations.length + 1, name ?? nameOf(planned[0]!), planned),
    changes: changes.map(changeText),
    refused,
  }
}

/** What has to change in the tables so that all the targets fit, and nothing else is there. */
export function diffTargets(tables: Tables, targets: readonly Target[], fills: Fills = {}): Difference[] {
  const differences: Difference[] = []
  let now = tables
  for (const target of targets) {
    const found = diffTarget(now, target, fills)
    differences.push(...found)
    now = found.map(({ change }) => change).reduce(applyChange, now)
  }
  return [...differences, ...removedTables(now, targets)]
}

/** A short name for a file, e.g. `add-column-bank-account-email`. */
export function nameOf(change: Change): string {
  const column = 'column' in change ? (typeof change.column === 'string' ? change.column : change.column.name) : ''
  const words = `${change.change} ${tableOf(change)} ${column}`.replaceAll(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()
  return words.replaceAll(/[^a-z0-9]+/g, '-').replace(/-$/, '')
}
