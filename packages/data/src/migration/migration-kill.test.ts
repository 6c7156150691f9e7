import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { after, assertNew, fills, migrate, newFolder, oldDatabase } from '../../fixtures/migration-case.ts'
import { openTestStore } from '../testing/test-store.ts'
import { writeMigration } from './file.ts'
import { planMigration } from './plan.ts'

test('a migration that is killed at any statement goes on when it is applied again', { timeout: 180_000 }, async () => {
  const { folder, migrations } = await oldDatabase()
  const plan = await planMigration({ entities: after, folder: migrations, fills, name: 'everything' })
  await writeMigration(migrations, plan.migration!)
  const fixtures = join(import.meta.dirname, '../../fixtures')
  const cache = newFolder() // Most of a child's time would go into loading the same modules again.

  /** Says whether there was such a statement. */
  async function killAt(statement: number): Promise<boolean> {
    const copy = newFolder()
    cpSync(folder, copy, { recursive: true })
    const child = spawn(
      process.execPath,
      ['--import', join(fixtures, 'kill-at-statement.ts'), join(fixtures, 'migrate.ts'), copy, migrations],
      { env: { ...process.env, NODE_COMPILE_CACHE: cache, KILL_AT_STATEMENT: String(statement) } },
    )
    const complaint = text(child.stderr)
    const [status, signal] = (await once(child, 'exit')) as [number | null, string | null]
    if (signal !== 'SIGKILL') expect({ status, complaint: await complaint }).toEqual({ status: 0, complaint: '' })
    const store = await openTestStore([], { folder: copy })
    await migrate(store, migrations)
    await store.close()
    await assertNew(copy, migrations)
    return signal === 'SIGKILL'
  }

  let next = 1
  let isOver = false
  async function lane() {
    while (!isOver) isOver = !(await killAt(next++)) || isOver
  }
  await Promise.all([lane(), lane(), lane()])
  expect(next).toBeGreaterThan(40)
})
