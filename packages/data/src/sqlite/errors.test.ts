import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { systemMigrations } from '../system/tables.ts'
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
    data: { path: join(folder, 'app.db'), found: 99, known: systemMigrations.length },
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

const fields = { id: z.string(), text: z.string() }
const Note = entity('test.Note', { key: 'id', fields })
const Sound = entity('test.Sound', { key: 'id', fields })
const [Notes, Sounds] = [repository(Note), repository(Sound)]

test('a page that is damaged in the middle of the file fails what touches it, and nothing is half-written', async () => {
  const folder = newFolder()
  const path = join(folder, 'app.db')
  const id = (index: number) => `note-${String(index).padStart(4, '0')}`
  const before = await openTestStore([Note, Sound], { folder })
  const first = before.unit()
  for (let index = 0; index < 400; index++) before.use(Notes, first).insert({ id: id(index), text: 'x'.repeat(200) })
  await first.commit()
  await before.close()
  const bytes = readFileSync(path)
  const page = Math.floor(bytes.indexOf(id(200)) / 4096)
  expect(page).toBeGreaterThan(2)
  writeFileSync(path, bytes.fill(0xab, page * 4096, (page + 1) * 4096))

  const store = await openTestStore([Note, Sound], { folder })
  const damaged = { code: 'DatabaseDamaged', retry: 'never', data: { path } }
  const read = async (key: string) => store.use(Notes, store.unit()).get(key)
  const write = async (note: string | undefined, sound: string) => {
    const unit = store.unit()
    store.use(Sounds, unit).insert({ id: sound, text: '' })
    if (note !== undefined) store.use(Notes, unit).insert({ id: note, text: '' })
    await unit.commit()
  }
  await expect(read(id(200))).rejects.toMatchObject(damaged)
  const scan = async () => store.use(Notes, store.unit()).find({ where: { text: 'none' } })
  await expect(scan()).rejects.toMatchObject(damaged)
  await expect(write(`${id(200)}-new`, 'lost')).rejects.toMatchObject(damaged)

  // What lies on other pages is read and written as before.
  expect(await read(id(0))).toMatchObject({ id: id(0) })
  await write(undefined, 'kept')
  await write(`${id(0)}-new`, 'kept too')
  await store.close()
  const raw = new DatabaseSync(path)
  expect(raw.prepare('SELECT id FROM "test.Sound" ORDER BY id').all()).toEqual([{ id: 'kept' }, { id: 'kept too' }])
  raw.close()
})
