import { createPorts, memoryLog } from '@heddle/core'
import type { OpenSink, SinkRecord } from '@heddle/stream'
import { sinkHost, testSink } from '@heddle/stream/testing'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../scripts/services/fresh-database.ts'
import { postgresTable, postgresTableKind, type PostgresTableOptions } from './postgres-table.ts'

let url: string
let client: pg.Client
const closing: (() => Promise<void> | void)[] = []

beforeEach(async () => {
  url = await freshDatabase()
  client = new pg.Client({ connectionString: url })
  await client.connect()
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  await client.end()
})

const opened = async (
  options: Omit<PostgresTableOptions, 'url'>,
  ...[type]: [Parameters<typeof postgresTable>[1]?]
): Promise<Required<Pick<OpenSink, 'epoch' | 'write' | 'forget' | 'close'>>> => {
  const open = await postgresTable({ url, ...options }, type).open(sinkHost())
  closing.push(() => open.close())
  return open as Required<OpenSink>
}

let counted = 0
const record = (value: unknown, weight: 1 | -1 = 1): SinkRecord => ({
  value,
  key: undefined,
  time: 0,
  weight,
  id: `${++counted}`,
})
const rows = async (sql: string): Promise<unknown[]> => (await client.query(sql)).rows

for (const key of [undefined, 'n']) {
  testSink(`PostgreSQL, ${key === undefined ? 'adding rows' : 'by key'}`, async () => {
    const own = new pg.Client({ connectionString: await freshDatabase() })
    await own.connect()
    await own.query('CREATE TABLE numbers (n int PRIMARY KEY)')
    const { database, host, port } = own
    return {
      sink: postgresTable({
        url: `postgres://heddle:heddle@${host}:${port}/${database!}`,
        table: 'numbers',
        key,
        rows: 2,
      }),
      read: async () => (await own.query('SELECT n FROM numbers ORDER BY n')).rows,
      close: () => own.end(),
    }
  })
}

const delays = 'CREATE TABLE delays (airport text PRIMARY KEY, mean float8)'

test('records replace the rows of their key, and withdrawn ones remove them', async () => {
  await client.query(delays)
  const sink = await opened({ table: 'delays', key: 'airport' })
  expect(await sink.epoch()).toBe(0)
  await sink.write([record({ airport: 'SFO', mean: 1 }), record({ airport: 'LAX', mean: 2 })], 1)
  expect(await rows('SELECT * FROM delays')).toEqual([])
  await sink.write([record({ airport: 'SFO', mean: 1 }, -1), record({ airport: 'SFO', mean: 3.5 })], 1, true)
  expect(await rows('SELECT * FROM delays ORDER BY airport')).toEqual([
    { airport: 'LAX', mean: 2 },
    { airport: 'SFO', mean: 3.5 },
  ])
  await sink.write([record({ airport: 'LAX', mean: 2 }, -1)], 2, true)
  expect(await rows('SELECT * FROM delays')).toEqual([{ airport: 'SFO', mean: 3.5 }])
  expect(await sink.epoch()).toBe(2)
})

test('a row whose key leaves out the window shows the newest one, whatever is told of older ones later', async () => {
  await client.query(
    'CREATE TABLE newest (airport text PRIMARY KEY, start timestamptz, mean float8, note text DEFAULT 0)',
  )
  const unknown = { kind: 'unknown' } as const
  const config = postgresTableKind.config.parse({ url, table: 'newest', key: 'airport' })
  const sink = postgresTableKind.create(config, unknown, { flow: 'changes', keys: ['airport', 'start'] })
  const of = (day: number, mean: number, weight: 1 | -1 = 1) =>
    record({ airport: 'SFO', start: new Date(day), mean }, weight)
  let epoch = 0
  const after = async (...records: SinkRecord[]) => {
    const open = await sink.open(sinkHost())
    await open.write(records, ++epoch, true)
    await open.close()
    return (await rows('SELECT mean FROM newest')).map((row) => (row as { mean: number }).mean)
  }
  expect(await after(of(1, 10), of(2, 20))).toEqual([20])
  expect(await after(of(1, 10, -1), of(1, 11))).toEqual([20])
  expect(await after(of(2, 20, -1), of(2, 21))).toEqual([21])
  expect(await after(of(1, 11, -1))).toEqual([21])
  expect(await after(of(2, 21, -1), of(1, 12))).toEqual([12])
  expect(await after(of(1, 12, -1))).toEqual([])
})

test('an epoch that is there is not written again, and one that was not ended leaves nothing', async () => {
  await client.query('CREATE TABLE log (n int)')
  const first = await opened({ table: 'log' })
  await first.write([record({ n: 1 })], 1, true)
  await first.write([record({ n: 2 })], 2)
  const second = await opened({ table: 'log' })
  expect(await second.epoch()).toBe(1)
  await second.write([record({ n: 1 })], 1, true)
  expect(await rows('SELECT n FROM log')).toEqual([{ n: 1 }])
  await first.write([record({ n: 3 })], 3, true)
  await second.write([record({ n: 3 })], 3, true)
  expect(await rows('SELECT n FROM log ORDER BY n')).toEqual([{ n: 1 }, { n: 3 }])
})

test('two copies of a job write an epoch once', async () => {
  await client.query('CREATE TABLE log (n int)')
  const sinks = await Promise.all([1, 2, 3].map(() => opened({ table: 'log' })))
  for (const epoch of [1, 2, 3, 4]) {
    await Promise.all(sinks.map((sink) => sink.write([record({ n: epoch })], epoch, true)))
  }
  expect(await rows('SELECT n FROM log ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }])
})

test('a connection that is lost anywhere in an epoch costs no record and doubles none', async () => {
  await client.query('CREATE TABLE log (n int)')
  const log = memoryLog()
  const open = await postgresTable({ url, table: 'log', rows: 2 }).open(sinkHost({ ports: createPorts({ log }) }))
  closing.push(() => open.close())
  const end = async () =>
    void (await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'heddle test.Job sink' AND datname = current_database()`,
    ))
  const five = (from: number) => [0, 1, 2, 3, 4].map((n) => record({ n: from + n }))
  await end()
  await open.write(five(0), 1)
  await end()
  await open.write(five(5), 1)
  await end()
  const writing = open.write(five(10), 1, true)
  await end()
  await writing
  await end()
  expect(await open.epoch!()).toBe(1)
  expect((await rows('SELECT n FROM log ORDER BY n')).map((row) => (row as { n: number }).n)).toEqual(
    Array.from({ length: 15 }, (_, n) => n),
  )
  expect(log.lines.some(({ severity }) => severity === 'warning')).toBe(true)
})

test('values of every kind arrive as they are, whatever stands in names and texts', async () => {
  await client.query(`CREATE SCHEMA "odd.one"`)
  await client.query(
    `CREATE TABLE public."a""b" (id int8 PRIMARY KEY, "x;y" text, b bool, n numeric, f float8, t timestamptz, j jsonb,
       l int[], w text[], d date DEFAULT '2000-01-01', raw bytea)`,
  )
  const sink = await opened({ table: 'a"b', key: ['id'] })
  const text = `it's "quoted" \\ {and},NULL\nä😀`
  const full = {
    id: 2n ** 62n,
    'x;y': text,
    b: true,
    n: '12345678901234567890.5',
    f: 0.1,
    t: new Date('2026-11-21T20:00:00.123Z'),
    j: { a: [1, null, text], s: 'x' },
    l: [1, null, 3],
    w: [text, 'NULL', '', null],
    d: '2026-11-21',
    raw: Buffer.from([0, 255]).toString('base64'),
  }
  await sink.write([record(full), record({ id: 2, j: null }), record({ id: 3, j: 'text', l: [[1], [2]] })], 1, true)
  const kept = await rows(
    `SELECT id::text, "x;y", b, n::text, f, t, j, l, w, d::text, encode(raw, 'base64') AS raw FROM "a""b" ORDER BY "a""b".id DESC`,
  )
  expect(kept[0]).toEqual({ ...full, id: `${full.id}` })
  expect(kept[1]).toMatchObject({ id: '3', j: 'text', l: [[1], [2]] })
  expect(await rows('SELECT id FROM "a""b" WHERE j IS NULL')).toEqual([{ id: '2' }])
  expect(kept[2]).toMatchObject({ id: '2', 'x;y': null, j: null, d: '2000-01-01' })
})

test('a key of several fields, and rows that have nothing but their key', async () => {
  await client.query('CREATE TABLE pairs (a int, b text, PRIMARY KEY (a, b))')
  const sink = await opened({ table: 'pairs', key: ['b', 'a'] })
  const pair = (a: number, b: string, weight?: 1 | -1) => record({ a, b }, weight)
  await sink.write([pair(1, 'x'), pair(1, 'y'), pair(2, 'x'), pair(1, 'x')], 1, true)
  await sink.write([pair(1, 'y', -1), pair(1, 'x')], 2, true)
  expect(await rows('SELECT * FROM pairs ORDER BY a, b')).toEqual([
    { a: 1, b: 'x' },
    { a: 2, b: 'x' },
  ])
})

test('a table is made from the type of the records where that is asked for', async () => {
  const sink = await opened(
    { table: 'made', key: 'id', create: true },
    {
      kind: 'record',
      fields: {
        id: { type: { kind: 'string' } },
        at: { type: { kind: 'time' } },
        many: { type: { kind: 'int' } },
        parts: { type: { kind: 'list', items: { kind: 'string' } } },
      },
    },
  )
  const at = new Date('2026-11-21T20:00:00Z')
  await sink.write([record({ id: 'a', at, many: 7, parts: ['x'] })], 1, true)
  expect(await rows('SELECT id, at, many::int, parts FROM made')).toEqual([{ id: 'a', at, many: 7, parts: ['x'] }])
  await expect(opened({ table: 'other', create: true })).rejects.toMatchObject({
    code: 'TableRefused',
    message: expect.stringContaining('the type of the records is not known'),
  })
})

test('what does not fit says what to do', async () => {
  await client.query('CREATE TABLE plain (id int, item text)')
  const refusal = (message: string, help: string) => ({
    code: 'TableRefused',
    message: expect.stringContaining(message) as unknown,
    help: expect.stringContaining(help) as unknown,
  })
  await expect(opened({ table: 'missing' })).rejects.toMatchObject(refusal('does not exist', 'create: true'))
  await expect(opened({ table: 'plain', key: 'nr' })).rejects.toMatchObject(
    refusal('no column "nr"', 'correct the key'),
  )
  const keyed = await opened({ table: 'plain', key: 'id' })
  await expect((async () => keyed.write([record({ id: 1 })], 1, true))()).rejects.toMatchObject(
    refusal('no unique or exclusion constraint', 'unique index'),
  )
  const appended = await opened({ table: 'plain' })
  for (const [value, message, help] of [
    [{ nr: 1 }, 'no column "nr"', 'map'],
    [7, 'no fields', 'map'],
    [{ id: 'x' }, 'invalid input syntax', 'a step before'],
    [{ item: 'a\0b' }, 'invalid byte sequence', 'a step before'],
  ] as const) {
    await expect((async () => appended.write([record(value)], 1, true))()).rejects.toMatchObject(refusal(message, help))
  }
  await expect((async () => appended.write([record({ id: 1 }, -1)], 1, true))()).rejects.toMatchObject(
    refusal('withdrawn', '"key"'),
  )
  await appended.write([record({ id: 1 })], 1, true)
  expect(await rows('SELECT id FROM plain')).toEqual([{ id: 1 }])
})

test('a user without rights, and a server that lets nobody in, are told apart', async () => {
  await client.query('CREATE TABLE plain (id int)')
  const name = `stranger_${new URL(url).pathname.slice(6)}`
  await client.query(`CREATE ROLE ${name} LOGIN PASSWORD 'secret'`)
  const stranger = new URL(url)
  stranger.username = name
  stranger.password = 'secret'
  await expect(
    (async () => postgresTable({ url: stranger.href, table: 'plain' }).open(sinkHost()))(),
  ).rejects.toMatchObject({ code: 'TableRefused', help: expect.stringContaining('heddle_epochs') })
  stranger.password = 'wrong'
  const opening = (async () => postgresTable({ url: stranger.href, table: 'plain' }).open(sinkHost()))()
  await expect(opening).rejects.toMatchObject({ code: 'Unavailable' })
  await expect(opening).rejects.not.toThrow(/wrong/)
})

test('what a job has written is forgotten with it', async () => {
  await client.query('CREATE TABLE log (n int)')
  const sink = await opened({ table: 'log' })
  await sink.write([record({ n: 1 })], 1, true)
  await sink.forget()
  expect(await rows('SELECT * FROM heddle_epochs')).toEqual([])
})
