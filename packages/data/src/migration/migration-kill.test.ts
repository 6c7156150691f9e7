import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { after, assertNew, fills, migrate, newFolder, oldDatabase } from '../../fixtures/migration-case.ts'
import { openTestStore } from '../testing/test-store.ts'
import { writeMigration } from './file.ts'
import { planMigration } from './plan.ts'

test('a migration that is killed at any statement goes on when it is applied again', async () => {
  const { folder, migrations } = await oldDatabase()
  const plan = await planMigration({ entities: after, folder: migrations, fills, name: 'everything' })
  await writeMigration(migrations, plan.migration!)
  const fixtures = join(import.meta.dirname, '../../fixtures')
  const cache = newFolder() // Most of a child's time would go into loading the same modules again.
  let statement = 0
  let died: boolean
  do {
    statement++
    const copy = newFolder()
    cpSync(folder, copy, { recursive: true })
    const { status, signal, stderr } = spawnSync(
      process.execPath,
      ['--import', join(fixtures, 'kill-at-statement.ts'), join(fixtures, 'migrate.ts'), copy, migrations],
      { env: { ...process.env, NODE_COMPILE_CACHE: cache, KILL_AT_STATEMENT: String(statement) }, encoding: 'utf8' },
    )
    died = signal === 'SIGKILL'
    if (!died) expect({ status, stderr }).toMatchObject({ status: 0 })
    const store = await openTestStore([], { folder: copy })
    await migrate(store, migrations)
    await store.close()
    await assertNew(copy, migrations)
  } while (died)
  expect(statement).toBeGreaterThan(40)
}, 180_000)
