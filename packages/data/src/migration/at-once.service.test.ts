import { CommitConflict } from '@heddle/core'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import {
  after,
  before,
  fillShouts,
  fills,
  newFolder,
  newRecords,
  readNewRecords,
  writeOldRecords,
} from '../../fixtures/migration-case.ts'
import { postgres } from '../postgres/postgres.ts'
import { openTestStore } from '../testing/test-store.ts'
import { applyMigrations, migrationStatus } from './apply.ts'
import { migrationFile, writeMigration } from './file.ts'
import { planMigration } from './plan.ts'

/** A database as an old version left it, the migrations that lead to the new one, and stores that share no memory. */
async function open(processes: number) {
  const migrations = join(newFolder(), 'migrations')
  const first = await planMigration({ entities: before, folder: migrations, name: 'start' })
  await writeMigration(migrations, first.migration!)
  const url = await freshDatabase()
  const stores = await Promise.all(Array.from({ length: processes }, () => openTestStore([], { part: postgres(url) })))
  return { migrations, url, stores }
}

test.each([2, 5])(
  'of %d who apply at once each goes on with the others, and each migration is made by one',
  async (many) => {
    const { migrations, url, stores } = await open(many)
    await applyMigrations({ database: stores[0]!.database, folder: migrations })
    await writeOldRecords(stores[0]!)
    const second = await planMigration({ entities: after, folder: migrations, fills, name: 'everything' })
    await writeMigration(migrations, second.migration!)
    const third = await planMigration({ entities: [after[0], after[1]], folder: migrations, name: 'less' })
    await writeMigration(migrations, third.migration!)

    // Whoever fills waits for all others, so that all of them stand before the same step.
    const { promise: allFill, resolve } = Promise.withResolvers<void>()
    let filling = 0
    const applied = await Promise.all(
      stores.map((store) =>
        applyMigrations({
          database: store.database,
          folder: migrations,
          async runCommand() {
            if (++filling === many) resolve()
            await allFill
            // What the application does around a command: an attempt that lost is made again.
            for (;;) {
              try {
                return await fillShouts(store)
              } catch (error) {
                if (!(error instanceof CommitConflict)) throw error
              }
            }
          },
        }),
      ),
    )
    expect(filling).toBe(many)
    expect(applied.flat().map(migrationFile).toSorted()).toEqual(['0002-everything.json', '0003-less.json'])

    await using store = await openTestStore([after[0], after[1]], { part: postgres(url), mode: 'production' })
    const states = await migrationStatus({ database: store.database, folder: migrations })
    expect(states.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied'])
    for (const tenant of ['main', 'other']) {
      expect(await readNewRecords(store, tenant)).toEqual({ people: newRecords, items: [{ id: 't', size: 7 }] })
    }
    for (const one of stores) await one.close()
  },
)

test('a migration that another process applied in another form is refused, also while both apply', async () => {
  const { migrations, stores } = await open(2)
  const other = join(newFolder(), 'migrations')
  const { migration } = await planMigration({ entities: [before[1]], folder: other, name: 'start' })
  await writeMigration(other, migration!)
  const settled = await Promise.allSettled(
    stores.map((store, index) => applyMigrations({ database: store.database, folder: index ? other : migrations })),
  )
  expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(settled.find((one) => one.status === 'rejected')!.reason).toMatchObject({ code: 'MigrationChanged' })
  for (const store of stores) await store.close()
})
