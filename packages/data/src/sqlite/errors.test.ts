import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openTestStore } from '../testing/test-store.ts'
import { findOwner } from './owner.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'heddle-errors-'))

test('a file that is no database stops the opening with one sentence, and nobody owns the folder afterwards', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'app.db'), 'this is a letter to my grandmother, and not a database at all')
  await expect(openTestStore([], { folder })).rejects.toMatchObject({
    code: 'DatabaseDamaged',
    message: `The file ${join(folder, 'app.db')} is not a sound database: file is not a database.`,
  })
  expect(findOwner(folder)).toBeUndefined()
})

test('a database of a newer format is refused with both numbers', async () => {
  const folder = newFolder()
  await (await openTestStore([], { folder })).close()
  const raw = new DatabaseSync(join(folder, 'app.db'))
  raw.exec('PRAGMA user_version = 99')
  raw.close()
  await expect(openTestStore([], { folder })).rejects.toMatchObject({
    code: 'DatabaseTooNew',
    data: { path: join(folder, 'app.db'), found: 99, known: 1 },
  })
})

test('a database whose pages are damaged says so when they are read', async () => {
  const folder = newFolder()
  const path = join(folder, 'app.db')
  await (await openTestStore([], { folder })).close()
  const raw = new DatabaseSync(path)
  raw.exec('PRAGMA journal_mode = DELETE')
  const pages = raw.prepare('PRAGMA page_count').get()!['page_count'] as number
  raw.close()
  // The first page, which holds the header and the schema, stays.
  const { open } = await import('node:fs/promises')
  const file = await open(path, 'r+')
  await file.write(Buffer.alloc((pages - 1) * 4096, 0xab), 0, (pages - 1) * 4096, 4096)
  await file.close()
  await expect(openTestStore([], { folder })).rejects.toMatchObject({ code: 'DatabaseDamaged', data: { path } })
})
