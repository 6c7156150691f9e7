import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database, Write } from '../database/database.ts'
import type { Table, Value } from '../database/table.ts'
import { createLeases } from '../lease/create-leases.ts'
import { LeaseRecord } from '../lease/lease-record.ts'

const letters: Table = {
  name: 'taken.Letter',
  key: 'id',
  columns: [
    { name: 'id', kind: 'text', nullable: false },
    { name: 'lane', kind: 'text', nullable: true },
    { name: 'rank', kind: 'real', nullable: true },
    { name: 'worker', kind: 'text', nullable: true },
    { name: 'claims', kind: 'integer', nullable: true },
  ],
  indexes: [{ columns: ['lane', 'rank'], unique: false, acrossTenants: true, sparse: true }],
}

/**
 * The contract of taking rows, for engines that several processes share. A driver's test calls it once.
 *
 * @param open opens an empty database
 */
export function testTakes(open: () => Promise<Database>): void {
  let database: Database
  beforeAll(async () => {
    database = await open()
    await database.migrate({
      tables: new Map(),
      changes: [LeaseRecord.table, letters].map((table) => ({ change: 'addTable', table })),
      commit: { tenant: '', checks: [], writes: [] },
    })
  })
  afterAll(async () => database.close())
  let counter = 0
  const filled = async (count: number) => {
    const lane = `lane ${counter++}`
    const writes = Array.from({ length: count }, (_, index): Write => {
      const values: Value[] = [`${lane}/${index}`, lane, count - index, null, null]
      return { kind: 'insert', table: letters, values, absent: false }
    })
    await database.commit({ tenant: 'a', checks: [], writes })
    return lane
  }
  const take = async (
    lane: string,
    worker: string,
    limit: number,
    fences: readonly { name: string; token: number }[] = [],
  ) =>
    database.take!({
      table: letters,
      where: { kind: 'compare', column: 'lane', by: 'eq', value: lane },
      order: ['lane', 'rank'].map((column) => ({ column, descending: false })),
      limit,
      set: { lane: null, rank: null, worker },
      counted: 'claims',
      fences: fences.map((fence) => ({ tenant: '', ...fence })),
    })

  test('rows are taken in their order, once, and come back as they were written', async () => {
    const lane = await filled(5)
    const [first, ...others] = await take(lane, 'ann', 2)
    expect(first).toMatchObject({ tenant: 'a', row: [expect.any(Number), `${lane}/4`, null, null, 'ann', 1] })
    expect(others.map(({ row }) => row[1])).toEqual([`${lane}/3`])
    expect(await database.read(letters, 'a', [`${lane}/4`])).toEqual([first!.row])
    expect((await take(lane, 'bob', 10)).map(({ row }) => row[1])).toEqual([2, 1, 0].map((left) => `${lane}/${left}`))
    expect(await take(lane, 'ann', 1)).toEqual([])
  })

  test('rows may be taken for a while alone, and tell what stood there before', async () => {
    const lane = await filled(3)
    const postponed = async (below: number) =>
      database.take!({
        table: letters,
        where: {
          kind: 'and',
          conditions: [
            { kind: 'compare', column: 'lane', by: 'eq', value: lane },
            { kind: 'compare', column: 'rank', by: 'lt', value: below },
          ],
        },
        order: ['lane', 'rank'].map((column) => ({ column, descending: false })),
        limit: 10,
        set: { rank: 100 },
        before: 'rank',
        fences: [],
      })
    expect(await postponed(3)).toMatchObject([
      { before: 1, row: [expect.any(Number), `${lane}/2`, lane, 100, null, null] },
      { before: 2, row: [expect.any(Number), `${lane}/1`, lane, 100, null, null] },
    ])
    expect((await postponed(50)).map(({ before }) => before)).toEqual([3])
  })

  test('those who take at the same time share the rows', async () => {
    const lane = await filled(200)
    const taken = await Promise.all(Array.from({ length: 20 }, (_, who) => take(lane, `${who}`, 10)))
    const ids = taken.flatMap((rows) => rows.map(({ row }) => row[1]))
    expect(new Set(ids).size).toBe(ids.length)
    for (let rest = 200 - ids.length; rest > 0; rest -= (await take(lane, 'rest', rest)).length);
    expect(await take(lane, 'rest', 1)).toEqual([])
  })

  test('who has lost a lease takes nothing', async () => {
    const lane = await filled(1)
    const leases = createLeases(database, '')
    const lease = await leases.acquire(lane, { ttlMs: 60_000, holder: 'ann' })
    const token = lease.acquired ? lease.token : 0
    expect(await take(lane, 'ann', 1, [{ name: lane, token: token + 1 }])).toEqual([])
    expect(await take(lane, 'ann', 1, [{ name: lane, token }])).toHaveLength(1)
  })
}
