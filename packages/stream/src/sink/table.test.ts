import { app, type OpenApp } from '@heddle/core'
import { type AnyEntity, databaseOf, sqlite, type Write } from '@heddle/data'
import type { ValueType } from '@heddle/pipeline'
import { Decimal } from '@heddle/types/decimal'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sinkHost } from '../testing/source-host.ts'
import { testSink } from '../testing/test-sink.ts'
import type { Sink, SinkInput, SinkRecord } from './sink.ts'
import { tableSinkKind, type TableSinkConfig } from './table.ts'

const delay: ValueType = {
  kind: 'record',
  fields: {
    origin: { type: { kind: 'string' } },
    start: { type: { kind: 'time' } },
    mean: { type: { kind: 'number', nullable: true } },
  },
}

/** An app with the table of a sink. */
async function opened(sink: Sink): Promise<{ shop: OpenApp; close: () => Promise<void> }> {
  const { parts = [], commands = [] } = sink.brings!({ job: 'flights.Daily', name: 'sink', access: 'public' })
  const folder = await mkdtemp(join(tmpdir(), 'heddle-table-sink-'))
  const shop = await app('flights', { database: sqlite(), parts: [...parts, ...commands] }).open({ folder })
  const close = async () => {
    await shop.close()
    await rm(folder, { recursive: true })
  }
  return { shop, close }
}

const hostOf = (shop: OpenApp) => sinkHost({ job: 'flights.Daily', app: shop, ports: shop.ports })

// One app for all the lives of the contract, emptied before each: opening one takes a while.
const keyed = tableSinkKind.create({ name: 'delays' }, delay, { flow: 'append', keys: ['origin', 'start'] })
let shared: Promise<Awaited<ReturnType<typeof opened>>> | undefined
afterAll(async () => (await shared)?.close())

testSink('table', async () => {
  const { shop } = await (shared ??= opened(keyed))
  const database = databaseOf(shop.ports, shop.name)
  const rows = async () => {
    const { value } = (await shop.callByName('flights.FindDelays', { limit: 100 })) as {
      value: { records: { rowKey: string; origin: string; start: Date; mean: number }[] }
    }
    return value.records.toSorted((left, right) => (left.origin < right.origin ? -1 : 1))
  }
  const { table } = keyed.brings!({ job: 'flights.Daily', name: 'sink', access: 'public' }).parts![0] as AnyEntity
  const commit = async (writes: readonly Write[]) => {
    expect(await database.commit({ tenant: 'main', checks: [], writes })).toBeUndefined()
  }
  const left = await database.read(
    table,
    'main',
    (await rows()).map(({ rowKey }) => rowKey),
  )
  await commit(left.map((row) => ({ kind: 'delete', table, key: row![1] as string, version: row![0] })))
  return {
    sink: keyed,
    host: hostOf(shop),
    value: (n) => ({ origin: `A${String(n).padStart(2, '0')}`, start: n * 1000, mean: n / 2 }),
    read: async () => (await rows()).map(({ origin, start, mean }) => ({ origin, start: start.getTime(), mean })),
    commit,
  }
})

const record = (value: unknown, weight: 1 | -1 = 1, key: string | undefined = undefined): SinkRecord => ({
  id: JSON.stringify(value),
  value,
  key,
  time: 0,
  weight,
})

/** Gives epochs to a sink, and tells the rows afterwards. */
async function rowsAfter(
  config: TableSinkConfig,
  input: SinkInput,
  epochs: readonly (readonly SinkRecord[])[],
): Promise<unknown[]> {
  const sink = tableSinkKind.create(config, delay, input)
  const { shop, close } = await opened(sink)
  const open = await sink.open(hostOf(shop))
  for (const [index, records] of epochs.entries()) {
    await open.write(records, index + 1)
    const writes = await open.writes!(index + 1)
    await databaseOf(shop.ports, shop.name).commit({ tenant: 'main', checks: [], writes })
    open.written!(index + 1)
  }
  const found = (await shop.callByName('flights.FindDelays', { limit: 100 })) as { value: { records: object[] } }
  await close()
  return found.value.records.map((row) => ({ ...row, rowKey: undefined }))
}

const row = (origin: string, day: number, mean: number | null) => ({ origin, start: new Date(day), mean })

test('replaces by key, takes away what is withdrawn, and puts what comes back', async () => {
  const keyed = (day: number, mean: number, weight: 1 | -1 = 1) =>
    record({ origin: 'SFO', start: day, mean }, weight, 'SFO')
  const epochs = [
    [keyed(0, 1), keyed(1, 1)],
    [keyed(0, 1, -1), keyed(0, 2)],
    [keyed(1, 1, -1)],
    [keyed(2, 5), keyed(2, 5, -1)],
  ]
  expect(await rowsAfter({ name: 'delays' }, { flow: 'changes' }, epochs)).toEqual([row('SFO', 0, 2)])
})

test('has a row for each record where nothing names them, and one for each value of a field that is the key', async () => {
  const given = [record({ origin: 'SFO', start: 0, mean: 1 }), record({ origin: 'SFO', start: 1, mean: 2 })]
  expect(await rowsAfter({ name: 'delays' }, { flow: 'append' }, [given])).toHaveLength(2)
  const one = await rowsAfter({ name: 'flights.Delays', key: 'origin' }, { flow: 'append' }, [given])
  expect(one).toEqual([row('SFO', 1, 2)])
})

test('takes times as dates and as milliseconds for the same row', async () => {
  const epochs = [
    [record({ origin: 'LAX', start: new Date(5), mean: 1 })],
    [record({ origin: 'LAX', start: 5, mean: null })],
  ]
  const rows = await rowsAfter({ name: 'delays', key: ['origin', 'start'] }, { flow: 'append' }, epochs)
  expect(rows).toEqual([row('LAX', 5, null)])
})

test('puts rows aside for a plan that is built anew, and becomes them when that plan takes over', async () => {
  const sink = tableSinkKind.create({ name: 'delays' }, delay, { flow: 'changes', keys: ['origin', 'start'] })
  const { shop, close } = await opened(sink)
  const database = databaseOf(shop.ports, shop.name)
  const commit = async (writes: readonly Write[]) =>
    expect(await database.commit({ tenant: 'main', checks: [], writes })).toBeUndefined()
  const found = async () => {
    const { value } = (await shop.callByName('flights.FindDelays', { limit: 100 })) as {
      value: { records: { origin: string; mean: number }[] }
    }
    return value.records.map(({ origin, mean }) => `${origin} ${mean}`).toSorted()
  }
  const open = await sink.open(hostOf(shop))
  const of = (origin: string, mean: number | string, weight: 1 | -1 = 1) => record({ origin, start: 0, mean }, weight)
  await open.write([of('gone', 1), of('same', 2), of('other', 3)], 1)
  await commit(await open.writes!(1))

  const held = new Map<string, string>()
  const aside = await sink.aside!(hostOf(shop), held as never)
  aside.write([of('same', 2), of('other', 4), of('new', 5), of('unfit', 'late'), of('taken back', 6), of('newer', 7)])
  aside.write([of('taken back', 6, -1), of('newer', 8), of('newer', 7, -1)])
  expect(await found()).toEqual(['gone 1', 'other 3', 'same 2'])
  const writes = await aside.writes!(held)
  expect(writes.map(({ kind }) => kind).toSorted()).toEqual(['delete', 'put', 'put', 'put'])
  await commit(writes)
  expect(await found()).toEqual(['new 5', 'newer 8', 'other 4', 'same 2'])
  expect(await aside.writes!(held)).toEqual([])
  await close()
})

test('shows the newest window where its key leaves out which one, whatever is told of older ones later', async () => {
  const of = (day: number, mean: number, weight: 1 | -1 = 1) =>
    record({ origin: 'SFO', start: new Date(day), mean }, weight, 'SFO')
  const after = (...epochs: SinkRecord[][]) =>
    rowsAfter({ name: 'delays', key: 'origin' }, { flow: 'changes', keys: ['origin', 'start'] }, epochs)
  const newest = [row('SFO', 2, 5)]
  // Each epoch finds in the table what the one before has left, as after a restart.
  expect(await after([of(1, 1)], [of(2, 5)], [of(1, 1, -1), of(1, 3)])).toEqual(newest)
  expect(await after([of(1, 1), of(2, 5), of(1, 1, -1), of(1, 3), of(1, 3, -1)])).toEqual(newest)
  expect(await after([of(2, 4)], [of(2, 4, -1), of(2, 5), of(1, 3)])).toEqual(newest)
  // What stands is withdrawn: there is nothing newer any more.
  expect(await after([of(2, 5)], [of(2, 5, -1)])).toEqual([])
  expect(await after([of(2, 5)], [of(2, 5, -1), of(1, 3)])).toEqual([row('SFO', 1, 3)])
  // Wherever a checkpoint falls between the two.
  expect(await after([of(2, 5)], [of(1, 3), of(2, 5, -1)])).toEqual([])
  expect(await after([of(2, 5)], [of(1, 3)], [of(2, 5, -1)])).toEqual([])

  const sink = tableSinkKind.create({ name: 'delays', key: 'origin' }, delay, {
    flow: 'changes',
    keys: ['origin', 'start'],
  })
  const { shop, close } = await opened(sink)
  const held = new Map<string, string>()
  const aside = await sink.aside!(hostOf(shop), held as never)
  aside.write([of(1, 1), of(2, 5), of(1, 1, -1), of(1, 3)])
  expect(JSON.parse(held.get('SFO')!)).toMatchObject([{ mean: 5 }])
  await close()
})

test('takes back exactly the row that is withdrawn, wherever checkpoints fall', async () => {
  const of = (origin: string, day: number, mean: number, weight: 1 | -1 = 1) =>
    record({ origin, start: new Date(day), mean }, weight, origin)
  // Two keys of the step before give the same row, and one of them goes elsewhere.
  const told = [of('OSL', 1, 1), of('OSL', 2, 1), of('OSL', 1, 1, -1), of('FCO', 1, 2)]
  const after = (epochs: SinkRecord[][]) => rowsAfter({ name: 'delays', key: 'origin' }, { flow: 'changes' }, epochs)
  const expected = [row('FCO', 1, 2), row('OSL', 2, 1)]
  expect(await after([told])).toEqual(expected)
  expect(await after(told.map((one) => [one]))).toEqual(expected)
  expect(await after([told.slice(0, 2), told.slice(2)])).toEqual(expected)
  // What stands is withdrawn at last.
  expect(await after([told, [of('OSL', 2, 1, -1)]])).toEqual([row('FCO', 1, 2)])
})

/** Everything that a column can hold. */
const rich: ValueType = {
  kind: 'record',
  fields: {
    k: { type: { kind: 'string' } },
    big: { type: { kind: 'int64' } },
    money: { type: { kind: 'decimal' }, optional: true },
    at: { type: { kind: 'time' } },
    times: { type: { kind: 'list', items: { kind: 'time' } } },
    any: { type: { kind: 'unknown' }, optional: true },
    note: { type: { kind: 'string' }, optional: true },
  },
}
const big = 9_007_199_254_740_993n
const richRow = (more: object = {}) => ({
  k: 'a',
  big,
  at: new Date(5),
  times: [new Date(7)],
  any: { x: 1, y: [null] },
  ...more,
})

/** An app with a table of such rows, and what it has. */
async function richTable() {
  const sink = tableSinkKind.create({ name: 'delays', key: 'k' }, rich, { flow: 'changes' })
  const { shop, close } = await opened(sink)
  const commit = async (writes: readonly Write[]) =>
    expect(await databaseOf(shop.ports, shop.name).commit({ tenant: 'main', checks: [], writes })).toBeUndefined()
  let epoch = 0
  const write = async (...records: SinkRecord[]) => {
    const open = await sink.open(hostOf(shop))
    await open.write(records, ++epoch)
    await commit(await open.writes!(epoch))
  }
  const found = async () => {
    const { value } = (await shop.callByName('flights.FindDelays', { limit: 9 })) as { value: { records: object[] } }
    return value.records
  }
  return { sink, shop, close, commit, write, found }
}

const told = (value: object, weight: 1 | -1 = 1): SinkRecord => ({ id: '', value, key: 'a', time: 0, weight })

test('knows a row again that it wrote, whatever is in its columns', async () => {
  const { write, found, close } = await richTable()
  const money = Decimal.read('1.10')
  const other = [
    { big: big + 2n },
    { money: Decimal.read('1.2') },
    { at: new Date(6) },
    { times: [new Date(8)] },
    { any: { x: 1 } },
    { any: new Date(9) },
    { note: '' },
  ]
  await write(told(richRow({ money })))
  for (const more of other) {
    await write(told(richRow({ money, ...more }), -1))
    expect(await found()).toHaveLength(1)
  }
  await write(told(richRow({ money: Decimal.read('1.1'), at: 5, note: undefined, any: { y: [null], x: 1 } }), -1))
  expect(await found()).toEqual([])
  await write(told(richRow({ money })))
  await write(told(richRow({ money, at: new Date(5).toISOString() }), -1))
  expect(await found()).toEqual([])
  // In one epoch, too, and what does not fit the table was never in it.
  await write(told(richRow()), told(richRow(), -1), told(richRow({ big: 1n })), told(richRow({ times: 'none' }), -1))
  expect(await found()).toMatchObject([{ big: 1n }])
  await close()
})

test('puts aside rows with anything in their columns', async () => {
  const { sink, shop, commit, write, found, close } = await richTable()
  await write(told(richRow({ k: 'same' })), told(richRow({ k: 'other' })))
  const held = new Map<string, string>()
  const aside = await sink.aside!(hostOf(shop), held as never)
  for (const k of ['same', 'other', 'gone']) aside.write([told(richRow({ k, money: Decimal.read('1.1') }))])
  aside.write([told(richRow({ k: 'same' })), told(richRow({ k: 'same', big: 3n }), -1)])
  aside.write([told(richRow({ k: 'gone', money: Decimal.read('1.10') }), -1)])
  expect([...held.keys()]).toEqual(['same', 'other'])
  const writes = await aside.writes!(held)
  expect(writes.map(({ kind }) => kind)).toEqual(['put'])
  await commit(writes)
  expect(await found()).toMatchObject([
    { k: 'other', big, money: Decimal.read('1.1'), times: [new Date(7)] },
    { k: 'same', big },
  ])
  await close()
})

test('takes back a row that a checkpoint of before has put aside', async () => {
  const sink = tableSinkKind.create({ name: 'delays', key: 'origin' }, delay, { flow: 'changes' })
  const { shop, close } = await opened(sink)
  const held = new Map([
    ['SFO', JSON.stringify(row('SFO', 1, 1))],
    ['LAX', JSON.stringify(row('LAX', 1, null))],
  ])
  const aside = await sink.aside!(hostOf(shop), held as never)
  aside.write([record({ origin: 'SFO', start: 1, mean: 1 }, -1), record({ origin: 'LAX', start: 1, mean: 1 }, -1)])
  expect([...held.keys()]).toEqual(['LAX'])
  expect(await aside.writes!(held as never)).toMatchObject([{ kind: 'put', values: ['LAX', 1, null] }])
  await close()
})

test('has rows by a big integer', async () => {
  const sink = tableSinkKind.create({ name: 'delays', key: ['k', 'big'] }, rich, { flow: 'changes' })
  const { shop, close } = await opened(sink)
  const open = await sink.open(hostOf(shop))
  open.write([told(richRow()), told(richRow({ big: 1n })), told(richRow({ big: 1n }), -1)], 1)
  const values = ['["a",9007199254740993]', 'a', big, null, 5, '[7]', '{"x":1,"y":[null]}', null]
  expect(await open.writes!(1)).toMatchObject([{ kind: 'put', values }])
  await close()
})

test('refuses a record that does not fit its table, to the dead letters where there are some', async () => {
  const sink = tableSinkKind.create({ name: 'delays' }, delay, { flow: 'append' })
  const { shop, close } = await opened(sink)
  const bad = record({ origin: 'SFO', start: 0, mean: 'late' })
  const open = await sink.open(hostOf(shop))
  expect(() => open.write([bad], 1)).toThrow(expect.objectContaining({ code: 'InvalidRecord' }))
  const letters: unknown[] = []
  const patient = await sink.open({ ...hostOf(shop), refuse: (_record, errors) => letters.push(errors[0]?.message) })
  patient.write([bad], 1)
  expect(letters).toEqual([expect.stringContaining('mean: ')])
  expect(await patient.writes!(1)).toEqual([])
  await close()
})

test('asks for a checkpoint when it holds many rows', async () => {
  const sink = tableSinkKind.create({ name: 'delays' }, delay, { flow: 'append' })
  const { shop, close } = await opened(sink)
  const open = await sink.open(hostOf(shop))
  const many = Array.from({ length: 50_000 }, (_, n) => record({ origin: `${n}`, start: 0, mean: 0 }))
  open.write(many.slice(1), 1)
  expect(open.isFull!()).toBe(false)
  open.write(many.slice(0, 1), 1)
  expect(open.isFull!()).toBe(true)
  open.written!(1)
  expect(open.isFull!()).toBe(false)
  await close()
})

test('says what is wrong with a table that cannot be', () => {
  const create = (config: TableSinkConfig, type: ValueType) => () =>
    tableSinkKind.create(config, type).brings!({ job: 'a.B', name: 'sink', access: 'public' })
  expect(create({ name: 'delays' }, { kind: 'unknown' })).toThrow('state the `type`')
  expect(create({ name: 'delays', key: 'dest' }, delay)).toThrow('no field "dest" for the key; they have origin')
  const odd = { kind: 'record', fields: { rowKey: { type: { kind: 'int' } } } } as const
  expect(create({ name: 'delays' }, odd)).toThrow('"rowKey"')
  for (const example of tableSinkKind.examples) tableSinkKind.config.parse(example)
})
