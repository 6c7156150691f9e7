import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, beforeAll, expect, test } from 'vitest'
import library from '../../fixtures/library.ts'
import { withOperations } from '../commands/operations.ts'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-depth-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = join(import.meta.dirname, '../../fixtures/library.ts')

async function call(line: string) {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const code = await main(['call', ...line.split(' '), '--app', file, '--folder', join(folder, 'data')], around)
  return { code, out: io.text(), err: io.errors() }
}
const valueOf = async (line: string) => {
  const { code, out, err } = await call(line)
  if (code !== 0) throw new Error(err)
  return (JSON.parse(out) as { value: unknown }).value
}

const notes = { isbn: 1, title: 'Notes', author: 'ada' }
const ada = { id: 'ada', name: 'Ada' }
const more = { isbn: 2, title: 'More notes', author: 'ada', sequelOf: 1 }

beforeAll(async () => {
  expect(await valueOf('library.Fill --entity-depth 2')).toEqual({
    made: { ...notes, author: ada, shelves: [] },
    shelves: [],
  })
  await call('library.CreateShelf --id top')
  await call('library.AppendBookShelves --isbn 1 --keys top')
})

test('records are shown as keys, by themselves, or with what they are associated with, level by level', async () => {
  const find = async (depth: string) => valueOf(`library.FindBooks --order-by.isbn asc --limit 2${depth}`)
  expect(await find('')).toEqual({ records: [notes, more] })
  expect(await find(' --entity-depth 0')).toEqual({ records: [1, 2] })
  expect(await find(' --entity-depth 1')).toEqual({ records: [notes, more] })
  const shelves = [{ id: 'top' }]
  expect(await find(' --entity-depth 2')).toEqual({
    records: [
      { ...notes, author: ada, shelves },
      { ...more, author: ada, sequelOf: notes, shelves: [] },
    ],
  })
  // An author does not lead back to the books that led there.
  expect(await find(' --entity-depth 3')).toMatchObject({
    records: [{ author: ada, shelves }, { sequelOf: { ...notes, author: ada, shelves } }],
  })
})

test('a process that serves the app shows the same', async () => {
  const here = await call('library.GetBook 2 --entity-depth 3')
  const served = await withOperations(library).open({ folder: join(folder, 'data') })
  await served.start()
  try {
    expect(await call('library.GetBook 2 --entity-depth 3')).toEqual(here)
    // What is associated may only be seen by who operates the app.
    const denied = await call('library.GetBook 2 --entity-depth 2 --as ann --may library:read')
    expect(denied).toMatchObject({ code: 77 })
    expect(await call('library.GetBook 2 --entity-depth 0 --as ann --may library:read')).toMatchObject({ code: 0 })
  } finally {
    await served.close({ graceMs: 1000 })
  }
})

test('a depth that cannot be shown is refused before anything is called', async () => {
  for (const [line, said] of [
    ['library.GetBook 1 --entity-depth 9', 'is a number from 0 to 5'],
    ['library.GetBook 1 --entity-depth deep', 'is a number from 0 to 5'],
    ['library.CountShelves --entity-depth 0', 'answers no records'],
  ]) {
    const { code, err } = await call(line!)
    expect([code, err]).toEqual([64, expect.stringContaining(said!)])
  }
})

test('records are loaded as a flat store, each once, without what is sensitive', async () => {
  const line = 'heddle.LoadRecords --entity library.Book --keys [1,2] --depth 2 --flat'
  expect(await valueOf(line)).toEqual({
    store: {
      'library.Book': { 1: notes, 2: more },
      'library.Author': { ada },
      'library.Shelf': { top: { id: 'top' } },
    },
  })
  expect((await call('heddle.LoadRecords --entity library.None --keys 1')).err).toContain('There is no entity')
})
