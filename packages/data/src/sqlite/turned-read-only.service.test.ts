// Permissions do not bind root, so files are made immutable, as a file system does that was remounted read-only after an
// error. That needs root and ext4 or the like; elsewhere this test is skipped and says so.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { openTestStore, type TestStore } from '../testing/test-store.ts'

const Note = entity('test.Note', { key: 'id', fields: { id: z.string(), text: z.string() } })
const Notes = repository(Note)

const folder = mkdtempSync(join(tmpdir(), 'heddle-read-only-'))
const path = join(folder, 'app.db')
const freeze = (...files: string[]) => spawnSync('chattr', ['+i', ...files]).status === 0
const thaw = (...files: string[]) => spawnSync('chattr', ['-i', ...files]).status === 0

/** Whether even a file that is open already cannot be written any more. */
function canFreeze(): boolean {
  const probe = join(folder, 'probe')
  const file = openSync(probe, 'w')
  try {
    if (!freeze(probe)) return false
    writeSync(file, 'x')
    return false
  } catch {
    return true
  } finally {
    thaw(probe)
    closeSync(file)
  }
}

const isPossible = canFreeze()
const sentence =
  'while the file is read-only writes fail with DatabaseReadOnly, reads go on, and work resumes afterwards'

async function insert(store: TestStore, ids: readonly string[]) {
  const unit = store.unit()
  for (const id of ids) store.use(Notes, unit).insert({ id, text: 'x'.repeat(500) })
  await unit.commit()
}

test.skipIf(!isPossible)(isPossible ? sentence : `${sentence} (skipped: chattr +i has no effect here)`, async () => {
  const store = await openTestStore([Note], { folder })
  await insert(store, ['before', 'before-twin'])
  const files = [path, `${path}-wal`]
  expect(freeze(...files)).toBe(true)
  try {
    // Several at once, so that a transaction of more than one unit fails too.
    for (let round = 0; round < 3; round++) {
      const lost = [0, 1, 2].map((lane) => insert(store, [`lost-${round}-${lane}`, `lost-${round}-${lane}-twin`]))
      for (const end of await Promise.allSettled(lost)) {
        expect(end).toMatchObject({
          status: 'rejected',
          reason: { code: 'DatabaseReadOnly', retry: { afterMs: 5000 }, data: { path } },
        })
      }
    }
    const notes = store.use(Notes, store.unit())
    expect(await notes.get('before')).toMatchObject({ id: 'before' })
    expect((await notes.find({ where: { text: 'x'.repeat(500) } })).records).toHaveLength(2)
  } finally {
    thaw(...files)
  }
  await insert(store, ['afterwards', 'afterwards-twin'])
  await store.close()

  const raw = new DatabaseSync(path)
  expect(raw.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' })
  expect(raw.prepare('SELECT id FROM "test.Note" ORDER BY id').all()).toEqual(
    ['afterwards', 'afterwards-twin', 'before', 'before-twin'].map((id) => ({ id })),
  )
  raw.close()
})
