import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { openTestStore } from '../testing/test-store.ts'

const Note = entity('shop.Note', {
  key: 'id',
  fields: { id: z.string(), text: z.string() },
  indexes: [{ fields: ['text'] }],
})

/** A file that another program made with this SQL. */
function foreignFile(sql: string) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-foreign-'))
  const path = join(folder, 'app.db')
  const raw = new DatabaseSync(path)
  raw.exec(sql)
  raw.close()
  return { folder, path }
}

test.each<[string, string, string]>([
  ['a table of the entity’s name', 'CREATE TABLE "shop.Note" (a)', 'it has the table "shop.Note"'],
  ['one that differs in case', 'CREATE TABLE "SHOP.note" (a)', 'it has the table "SHOP.note"'],
  ['a view of the entity’s name', 'CREATE VIEW "shop.Note" AS SELECT 1', 'it has the view "shop.Note"'],
  [
    'an index of the name of the entity’s index',
    'CREATE TABLE t (a); CREATE INDEX "shop.Note/text" ON t (a)',
    'it has the index "shop.Note/text"',
  ],
  ['a table of a system table’s name', 'CREATE TABLE "heddle.Table" (a)', 'it has the table "heddle.Table"'],
  ['a table of the counter’s name', 'CREATE TABLE "_commits" (a)', 'it has the table "_commits"'],
  [
    'a table of a system table’s name and a number that looks like ours',
    'CREATE TABLE "heddle.Table" (name); PRAGMA user_version = 1',
    'it has the table "heddle.Table"',
  ],
])('a file of another program with %s is refused in one sentence and left alone', async (_what, sql, reason) => {
  const { folder, path } = foreignFile(sql)
  await expect(openTestStore([Note], { folder })).rejects.toMatchObject({
    code: 'DatabaseForeign',
    message: `The file ${path} is a database of another program: ${reason}, which Heddle did not make.`,
  })
  const raw = new DatabaseSync(path)
  const names = raw.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'shop.Note%' COLLATE NOCASE").all()
  expect(names.length).toBe(sql.toLowerCase().includes('shop.note') ? 1 : 0)
  raw.close()
})

test('a file of another program that numbers its formats is not taken for one of a newer Heddle', async () => {
  const { folder, path } = foreignFile('CREATE TABLE customers (id); PRAGMA user_version = 42')
  await expect(openTestStore([Note], { folder })).rejects.toMatchObject({
    code: 'DatabaseForeign',
    retry: 'never',
    message: `The file ${path} is a database of another program: it numbers itself as format 42 and has no table "heddle.Table".`,
  })
})

test('tables of another program that are not in the way stay beside those of the app', async () => {
  const { folder, path } = foreignFile('CREATE TABLE customers (id); INSERT INTO customers VALUES (7)')
  const store = await openTestStore([Note], { folder })
  const unit = store.unit()
  store.use(repository(Note), unit).insert({ id: 'a', text: 'text' })
  await unit.commit()
  await store.close()
  const raw = new DatabaseSync(path)
  expect(raw.prepare('SELECT id FROM customers').all()).toEqual([{ id: 7 }])
  raw.close()
})

test('a file from before there were events is one of ours, and keeps its records', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-older-'))
  const before = await openTestStore([Note], { folder })
  const unit = before.unit()
  before.use(repository(Note), unit).insert({ id: 'a', text: 'text' })
  await unit.commit()
  await before.close()
  const raw = new DatabaseSync(join(folder, 'app.db'))
  raw.exec('ALTER TABLE "_commits" DROP COLUMN events')
  raw.close()

  const store = await openTestStore([Note], { folder })
  expect(await store.use(repository(Note), store.unit()).get('a')).toEqual({ id: 'a', text: 'text' })
  await store.close()
})
