import { expect, test } from 'vitest'
import type { Database, Write } from '../database/database.ts'
import type { Append, EventPage } from '../database/event-feed.ts'
import type { Table } from '../database/table.ts'
import { eventTable, streamEventTable } from '../events/event-tables.ts'
import { systemMigrations } from '../system/tables.ts'
import { applyChange, type Tables } from '../migration/change.ts'

/** What commits of this contract write besides events: a record with a text as its key. */
const note: Table = {
  name: 'contract.Note',
  key: 'id',
  columns: [{ name: 'id', kind: 'text', nullable: false }],
  indexes: [],
}

let ids = 0
const values = (tenant: string, name: string, key = '') => {
  const id = `event-${++ids}`
  return [tenant, id, name, 1, key, JSON.stringify({ n: ids }), 1_700_000_000_000, null, null]
}
const emitted = (tenant: string, name: string): Append => ({ table: eventTable, values: values(tenant, name) })
const streamed = (tenant: string, name: string, key: string, number: number): Append => ({
  table: streamEventTable,
  values: [...values(tenant, name, key), number],
})
const insert = (id: string): Write => ({ kind: 'insert', table: note, values: [id], absent: false })

/** Offset, name and tenant of each event of a page. */
const told = ({ rows }: EventPage) => rows.map(({ row }) => [row[1], row[4], row[2]])

/** The part of the contract that is about events. The database has no system tables yet. */
export function testEvents(open: () => Promise<Database>): void {
  const prepared = async (): Promise<Database> => {
    const database = await open()
    const commit = { tenant: '', checks: [], writes: [] }
    const tables: Tables = new Map()
    const changes = [...systemMigrations.flat(), { change: 'addTable', table: note } as const]
    await database.migrate({ tables, changes, commit })
    expect(changes.reduce(applyChange, tables).has(note.name)).toBe(true)
    return database
  }
  const read = (database: Database, query: Partial<Parameters<Database['readEvents']>[0]> = {}) =>
    database.readEvents({ after: 0, limit: 100, ...query })
  const caughtUp = async (database: Database, offset: number) => {
    while ((await database.lastEvent()) < offset) {
      await new Promise<void>((resolve) => {
        const stop = database.watchEvents(() => {
          stop()
          resolve()
        })
        void Promise.resolve(database.lastEvent()).then((last) => last >= offset && resolve())
      })
    }
  }

  test('events are numbered without a gap, also when commits among them are refused', async () => {
    const database = await prepared()
    const commits = Array.from({ length: 40 }, (_, index) =>
      database.commit({
        tenant: 'main',
        checks: [],
        writes: [insert(index % 4 === 3 ? 'taken' : `n${index}`)],
        events: [emitted('main', `test.E${index}`), emitted('main', 'test.Other')],
      }),
    )
    const refused = (await Promise.all(commits)).filter((refusal) => refusal !== undefined)
    expect(refused).toHaveLength(9)
    await caughtUp(database, 62)
    const page = await read(database)
    expect(told(page).map(([offset]) => offset)).toEqual(Array.from({ length: 62 }, (_, index) => index + 1))
    expect(page.upTo).toBe(62)
    expect(await database.lastEvent()).toBe(62)
    await database.close()
  })

  test('events of one commit stand in the order in which they were emitted, streams among the others', async () => {
    const database = await prepared()
    const events = [emitted('a', 'test.One'), streamed('a', 'test.Two', 's', 1), emitted('a', 'test.Three')]
    await database.commit({ tenant: 'a', checks: [], writes: [], events })
    await caughtUp(database, 3)
    expect(told(await read(database))).toEqual([
      [1, 'test.One', 'a'],
      [2, 'test.Two', 'a'],
      [3, 'test.Three', 'a'],
    ])
    await database.close()
  })

  test('a page is chosen by name and tenant and cut, and says how far it looked', async () => {
    const database = await prepared()
    for (const name of ['test.A', 'test.B', 'test.A', 'test.B', 'test.B']) {
      await database.commit({
        tenant: '',
        checks: [],
        writes: [],
        events: [emitted('one', name), emitted('two', name)],
      })
    }
    await caughtUp(database, 10)
    const offsets = (page: EventPage) => told(page).map(([offset]) => offset)
    expect(offsets(await read(database, { names: ['test.A'], tenant: 'two' }))).toEqual([2, 6])
    expect((await read(database, { names: ['test.A'], tenant: 'two' })).upTo).toBe(10)
    const cut = await read(database, { names: ['test.B'], limit: 2 })
    expect([offsets(cut), cut.upTo]).toEqual([[3, 4], 4])
    expect(offsets(await read(database, { names: ['test.B'], after: cut.upTo }))).toEqual([7, 8, 9, 10])
    expect(await read(database, { after: 10 })).toEqual({ rows: [], upTo: 10 })
    await database.close()
  })

  test('far behind, a page is chosen in the same way', async () => {
    const database = await prepared()
    const many = Array.from({ length: 2500 }, (_, index) => emitted('main', index % 500 ? 'test.Many' : 'test.Rare'))
    await database.commit({ tenant: 'main', checks: [], writes: [], events: many })
    await caughtUp(database, 2500)
    const page = await read(database, { names: ['test.Rare'] })
    expect(told(page).map(([offset]) => offset)).toEqual([1, 501, 1001, 1501, 2001])
    expect(page.upTo).toBe(2500)
    await database.close()
  })

  test('a place in a stream that is taken is a conflict, and nothing is written', async () => {
    const database = await prepared()
    const append = (number: number, id: string) =>
      database.commit({ tenant: 'a', checks: [], writes: [insert(id)], events: [streamed('a', 'test.S', 's', number)] })
    expect(await append(1, 'x')).toBeUndefined()
    expect(await append(1, 'y')).toEqual({ kind: 'conflict' })
    expect(await append(2, 'y')).toBeUndefined()
    await caughtUp(database, 2)
    expect(told(await read(database)).map(([offset]) => offset)).toEqual([1, 2])
    await database.close()
  })

  test('who watches is woken by events of the names that it wants', async () => {
    const database = await prepared()
    let woken = 0
    const heard = new Promise<void>((resolve) => {
      database.watchEvents(() => {
        woken++
        resolve()
      }, ['test.Wanted'])
    })
    const stop = database.watchEvents(() => (woken += 1000))
    stop()
    await database.commit({ tenant: '', checks: [], writes: [], events: [emitted('a', 'test.Wanted')] })
    await heard
    expect(woken).toBeGreaterThan(0)
    expect(woken).toBeLessThan(1000)
    await database.close()
  })
}
