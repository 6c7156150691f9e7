import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { openTestStore, type TestStore } from '../testing/test-store.ts'
import { Sql } from './sql.ts'

const Flight = entity('flights.Flight', {
  key: 'id',
  fields: {
    id: z.string(),
    origin: z.string(),
    delay: z.int(),
    late: z.boolean(),
    at: z.date(),
    tags: z.array(z.string()),
  },
})
const Flights = repository(Flight)
const Secret = entity('flights.Secret', { key: 'id', fields: { id: z.string() } })
const at = new Date('2026-03-01T12:00:00Z')

describe.each([
  ['beside the calling thread', () => sqlite()],
  ['on one thread', () => sqlite().simulated!()],
])('SQL %s', (_where, part) => {
  let store: TestStore
  beforeAll(async () => {
    store = await openTestStore([Flight, Secret], { part: part() })
    for (const tenant of ['main', 'other']) {
      const unit = store.unit({ tenant })
      const rows = tenant === 'main' ? ['LAX', 'LAX', 'SFO'] : ['JFK']
      for (const [index, origin] of rows.entries()) {
        store
          .use(Flights, unit)
          .insert({ id: `${index}`, origin, delay: index * 20, late: index > 0, at, tags: [origin] })
      }
      store.use(repository(Secret), unit).insert({ id: 'secret' })
      await unit.commit()
    }
  })
  afterAll(() => store.close())
  const begin = (options?: Parameters<TestStore['unit']>[0]) => store.use(Sql, store.unit(options))

  test('answers typed rows of the tenant alone', async () => {
    const Row = z.object({ origin: z.string(), flights: z.int() })
    const ask = (tenant: string) =>
      begin({ tenant })(Row)`SELECT origin, count(*) AS flights FROM ${Flight} GROUP BY origin ORDER BY origin`
    expect(await ask('main')).toEqual([
      { origin: 'LAX', flights: 2 },
      { origin: 'SFO', flights: 1 },
    ])
    expect(await ask('other')).toEqual([{ origin: 'JFK', flights: 1 }])
    expect(await ask('nobody')).toEqual([])
  })

  test('binds values and turns columns into what the row’s type says', async () => {
    const Row = z.object({
      id: z.string(),
      late: z.boolean(),
      at: z.date(),
      tags: z.array(z.string()),
      none: z.string().nullable(),
    })
    const rows = await begin()(Row)`
      SELECT a.id, a.late, a.at, a.tags, NULL AS none FROM ${Flight} a JOIN ${Flight} b ON a.id = b.id
      WHERE a.origin = ${'SFO'} AND a.delay > ${15} AND a.at = ${at} AND a.late = ${true}`
    expect(rows).toEqual([{ id: '2', late: true, at, tags: ['SFO'], none: null }])
    expect(await begin()(z.object({ id: z.string() }))`SELECT id FROM ${Flight} WHERE id = ${"' OR 1=1 --"}`).toEqual(
      [],
    )
  })

  test('a query asks the same moment as its other reads', async () => {
    const unit = store.unit({ mode: 'query' })
    await store.use(Flights, unit).get('0')
    const other = store.unit()
    store.use(Flights, other).insert({ id: 'late', origin: 'AAA', delay: 1, late: false, at, tags: [] })
    await other.commit()
    const Count = z.object({ flights: z.int() })
    expect(await store.use(Sql, unit)(Count)`SELECT count(*) AS flights FROM ${Flight}`).toEqual([{ flights: 3 }])
    expect((await store.use(Flights, unit).find({ where: { late: false } })).records).toHaveLength(1)
    unit.rollback()
    expect(await begin()(Count)`SELECT count(*) AS flights FROM ${Flight}`).toEqual([{ flights: 4 }])
    const cleanup = store.unit()
    const flights = store.use(Flights, cleanup)
    flights.delete(await flights.getOrThrow('late'))
    await cleanup.commit()
  })

  test('refuses tables that are named by hand, other tables, and anything but reading', async () => {
    const Row = z.object({ id: z.string() })
    const refused = expect.objectContaining({ code: 'InvalidDefinition' })
    expect(() => begin()(Row)`SELECT id FROM ${Flight} UNION SELECT id FROM "FLIGHTS.Flight"`).toThrow(refused)
    const refusals = [
      () => begin()(Row)`SELECT id FROM "flights.Secret"`,
      () => begin()(Row)`SELECT 'x' AS id, count(*) FROM "flights.Secret"`,
      () => begin()(Row)`WITH f AS (SELECT id FROM "flights.Secret") SELECT id FROM f`,
      () => begin()(Row)`SELECT name AS id FROM sqlite_schema`,
      () => begin()(Row)`SELECT count(*) AS id FROM sqlite_schema`,
      () => begin()(Row)`DELETE FROM "flights.Secret"`,
      () => begin()(Row)`CREATE TEMP VIEW v AS SELECT 1`,
      () => begin()(Row)`PRAGMA user_version`,
      () => begin()(Row)`ATTACH ':memory:' AS x`,
    ]
    for (const refusal of refusals) {
      await expect((async () => refusal())()).rejects.toThrow(/prohibited|not authorized/)
    }
  })

  test('a common table expression may stand before the tables', async () => {
    const Row = z.object({ id: z.string(), rank: z.int() })
    const rows = await begin()(Row)`
      WITH late AS (SELECT id, delay FROM ${Flight} WHERE late)
      SELECT id, row_number() OVER (ORDER BY delay DESC) AS rank FROM late`
    expect(rows).toEqual([
      { id: '2', rank: 1 },
      { id: '1', rank: 2 },
    ])
  })

  test('with pending writes it is the defect PendingWrites', () => {
    const unit = store.unit()
    store.use(Flights, unit).insert({ id: 'x', origin: 'X', delay: 1, late: false, at, tags: [] })
    const Row = z.object({ id: z.string() })
    expect(() => store.use(Sql, unit)(Row)`SELECT id FROM ${Flight}`).toThrow(
      expect.objectContaining({ code: 'PendingWrites' }),
    )
  })

  test('a row that does not fit its type says where', async () => {
    const ask = async () =>
      begin()(z.object({ id: z.string(), delay: z.int().max(3) }))`SELECT id, delay FROM ${Flight}`
    await expect(ask()).rejects.toThrow('a row does not fit its type: delay')
  })
})
