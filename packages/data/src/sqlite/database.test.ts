import { systemClock } from '@heddle/core'
import { copyFileSync, existsSync, mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { testDatabase } from '../testing/test-database.ts'
import { openTestStore } from '../testing/test-store.ts'
import { createSqliteDatabase } from './database.ts'
import { Readers } from './readers.ts'
import { createInlineWriter, createThreadWriter } from './writer.ts'

const newPath = () => join(mkdtempSync(join(tmpdir(), 'heddle-sqlite-')), 'app.db')

describe('SQLite with its writer in a thread', () => {
  testDatabase(async () => {
    const path = newPath()
    const writer = await createThreadWriter({ path, synchronous: 'full' })
    return createSqliteDatabase({ path, clock: systemClock, writer, readers: new Readers(path, true) })
  })
})

describe('SQLite on one thread', () => {
  testDatabase(async () => {
    const path = newPath()
    const writer = createInlineWriter({ path, synchronous: 'off' })
    return createSqliteDatabase({ path, clock: systemClock, writer, readers: new Readers(path, false) })
  })
})

const Note = entity('test.Note', {
  key: 'id',
  fields: { id: z.string(), author: z.string(), stars: z.int(), text: z.string() },
  indexes: [{ fields: ['author'] }, { fields: ['author', 'stars'] }, { fields: ['stars'] }],
})
const Notes = repository(Note)
const commit = async (store: Awaited<ReturnType<typeof openTestStore>>, id: string) => {
  const unit = store.unit()
  store.use(Notes, unit).insert({ id, author: 'ada', stars: 1, text: 'text' })
  await unit.commit()
}

test('commits that arrive together share one transaction', async () => {
  await using store = await openTestStore([Note])
  const raw = new DatabaseSync(join(store.folder, 'app.db'), { readOnly: true })
  const version = () => raw.prepare('PRAGMA data_version').get()!['data_version'] as number
  const before = version()
  await Promise.all(Array.from({ length: 200 }, (_, index) => commit(store, `n${index}`)))
  // What another connection committed since: SQLite counts transactions, not writes.
  expect(version() - before).toBeLessThan(200)
  expect(raw.prepare('SELECT count(*) AS n FROM "test.Note"').get()).toEqual({ n: 200 })
  raw.close()
})

test('closing waits for commits that are under way', async () => {
  const path = newPath()
  const store = await openTestStore([Note], { folder: join(path, '..') })
  const commits = Array.from({ length: 100 }, (_, index) => commit(store, `n${index}`))
  await store.close()
  await Promise.all(commits)
  const raw = new DatabaseSync(path)
  expect(raw.prepare('SELECT count(*) AS n FROM "test.Note"').get()).toEqual({ n: 100 })
  raw.close()
})

describe('a unit of work with a great many writes', () => {
  type Store = Awaited<ReturnType<typeof openTestStore>>
  const many = 2345
  /** Inserts notes of an author in one unit. */
  const commitMany = async (store: Store, author: string, ids: (index: number) => string) => {
    const unit = store.unit()
    const notes = store.use(Notes, unit)
    for (let index = 0; index < many; index++) notes.insert({ id: ids(index), author, stars: index, text: 'text' })
    await unit.commit()
  }
  const kept = (store: Store, author: string) => {
    const raw = new DatabaseSync(join(store.folder, 'app.db'), { readOnly: true })
    const rows = raw.prepare('SELECT id, stars FROM "test.Note" WHERE author = ? ORDER BY stars').all(author)
    raw.close()
    return rows
  }
  const expected = (ids: (index: number) => string) =>
    Array.from({ length: many }, (_, index) => ({ id: ids(index), stars: index }))

  test('leaves others a turn while it is handed over, and is one all the same', async () => {
    await using store = await openTestStore([Note])
    const [eve, bob] = [(index: number) => `e${index}`, (index: number) => `b${index}`]
    const small: Promise<void>[] = []
    const others = setInterval(() => small.push(commit(store, `n${small.length}`)), 0)
    await Promise.all([commitMany(store, 'eve', eve), commitMany(store, 'bob', bob)])
    clearInterval(others)
    await Promise.all(small)
    expect(small.length).toBeGreaterThan(1)
    expect(kept(store, 'eve')).toEqual(expected(eve))
    expect(kept(store, 'bob')).toEqual(expected(bob))
  })

  test('leaves nothing where it is refused', async () => {
    await using store = await openTestStore([Note])
    // The last write of both has the same key.
    const ids = (author: string) => (index: number) => (index === many - 1 ? 'same' : `${author}${index}`)
    const ended = await Promise.allSettled([commitMany(store, 'eve', ids('eve')), commitMany(store, 'bob', ids('bob'))])
    expect(ended.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const winner = ended[0]!.status === 'fulfilled' ? 'eve' : 'bob'
    expect(kept(store, winner)).toEqual(expected(ids(winner)))
    expect(kept(store, winner === 'eve' ? 'bob' : 'eve')).toEqual([])
  })

  test('is waited for when the file is closed', async () => {
    const path = newPath()
    const store = await openTestStore([Note], { folder: join(path, '..') })
    const committed = commitMany(store, 'eve', (index) => `e${index}`)
    await store.close()
    await committed
    const raw = new DatabaseSync(path)
    expect(raw.prepare('SELECT count(*) AS n FROM "test.Note"').get()).toEqual({ n: many })
    raw.close()
  })
})

test('after a clean stop the file alone holds everything, also while a program outside has it open', async () => {
  const path = newPath()
  const store = await openTestStore([Note], { folder: join(path, '..') })
  await commit(store, 'n')
  // A snapshot and a scan, so that every connection there can be is open.
  const query = store.unit({ mode: 'query' })
  await store.use(Notes, query).find({ where: { text: 'text' } })
  query.rollback()
  await store.close()
  expect(existsSync(`${path}-wal`)).toBe(false)

  const again = await openTestStore([Note], { folder: join(path, '..') })
  await commit(again, 'm')
  const outside = new DatabaseSync(path, { readOnly: true })
  outside.prepare('SELECT count(*) FROM "test.Note"').get()
  await again.close()
  expect(statSync(`${path}-wal`).size).toBe(0)
  copyFileSync(path, `${path}.copy`)
  outside.close()
  const copy = new DatabaseSync(`${path}.copy`)
  expect(copy.prepare('SELECT id FROM "test.Note" ORDER BY id').all()).toEqual([{ id: 'm' }, { id: 'n' }])
  copy.close()
})

test('a page that an index answers is read at once, a scan beside the calling thread', async () => {
  await using store = await openTestStore([Note])
  const notes = store.use(Notes, store.unit())
  const isSynchronous = (options: Parameters<typeof notes.find>[0]) => !(notes.find(options) instanceof Promise)
  expect(isSynchronous({})).toBe(true)
  expect(isSynchronous({ where: { author: 'ada' } })).toBe(true)
  expect(isSynchronous({ where: { author: 'ada', stars: { gt: 3 } }, orderBy: { stars: 'desc' } })).toBe(true)
  expect(isSynchronous({ orderBy: { stars: 'desc' } })).toBe(true)
  const { next } = { next: 'WyJzdGFycyxpZCIsMSwibjEiXQ' }
  expect(isSynchronous({ orderBy: { stars: 'asc' }, after: next })).toBe(true)
  expect(isSynchronous({ where: { text: 'x' } })).toBe(false)
  expect(isSynchronous({ orderBy: { text: 'asc' } })).toBe(false)
  expect(isSynchronous({ where: { author: 'ada', text: 'x' } })).toBe(false)
  expect(isSynchronous({ where: { or: [{ author: 'ada' }, { author: 'bob' }] } })).toBe(false)
  expect(isSynchronous({ where: { stars: { gt: 3 } }, orderBy: { author: 'asc' } })).toBe(false)
})
