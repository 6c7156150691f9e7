import { app, command, createPorts, memoryLog } from '@heddle/core'
import { entity, repository, sqlite } from '@heddle/data'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { sourceHost } from '../testing/source-host.ts'
import { testSource } from '../testing/test-source.ts'
import { tableSourceKind, type TableSourceConfig } from './table.ts'

const Flight = entity('flights.Flight', {
  key: 'id',
  fields: { id: z.string(), number: z.int(), at: z.date() },
  indexes: [{ fields: ['number'] }],
})
const Flights = repository(Flight)
const add = command('flights.Add', {
  input: z.object({ from: z.int(), to: z.int() }),
  output: z.null(),
  uses: [Flights],
  run({ input: { from, to }, ctx }) {
    for (let n = from; n < to; n++) ctx.use(Flights).insert(flight(n))
    return null
  },
})

// Keys in an order of their own, and two flights of each number.
const flight = (n: number) => ({ id: `${(n * 7) % 10}${n}`, number: n >> 1, at: new Date(n * 1000) })
const list = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => flight(from + n))
const byNumber = (flights: readonly ReturnType<typeof flight>[]) =>
  flights.toSorted((left, right) => left.number - right.number || (left.id < right.id ? -1 : 1))

async function opened(config: TableSourceConfig) {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-table-source-'))
  const flights = await app('flights', { database: sqlite(), parts: [add] }).open({ folder })
  await flights.callOrThrow(add, { from: 0, to: 8 })
  return {
    source: tableSourceKind.create(config),
    flights,
    host: { app: flights, ports: flights.ports },
    async close() {
      await flights.close()
      await rm(folder, { recursive: true })
    },
  }
}

testSource('table, by key', async () => ({
  ...(await opened({ entity: 'flights.Flight' })),
  expected: { '0': list(0, 8).toSorted((left, right) => (left.id < right.id ? -1 : 1)) },
}))

testSource('table, by a growing column', async () => {
  const made = await opened({ entity: 'flights.Flight', by: 'number', every: '10ms' })
  return {
    ...made,
    expected: { '0': byNumber(list(0, 8)) },
    async append() {
      await made.flights.callOrThrow(add, { from: 8, to: 12 })
      return byNumber(list(8, 12))
    },
  }
})

testSource('table, by SQL', async () => {
  const sql = `SELECT id, number FROM {flights.Flight}
    WHERE number > :after AND number % 2 = :parity AND ':no' = ':no' ORDER BY number, id LIMIT :limit`
  const made = await opened({ sql, by: 'number', start: -1, parameters: { parity: 0 } })
  await made.flights.callOrThrow(add, { from: 8, to: 9 })
  return {
    ...made,
    host: { ...made.host, schema: z.object({ id: z.string().min(2), number: z.int() }) },
    expected: { '0': [{ id: '68', number: 4 }] },
    source: tableSourceKind.create({ sql, by: 'number', start: 3, parameters: { parity: 0 } }),
  }
})

test('says what is wrong with a query, an entity or a column', async () => {
  const { host, close } = await opened({ entity: 'flights.Flight' })
  const open = (config: TableSourceConfig) => () => tableSourceKind.create(config).open(sourceHost(host))
  expect(open({ sql: 'SELECT 1 WHERE 1 > :befor', by: 'a' })).toThrow(
    ':befor, which has no value; there are after, limit',
  )
  expect(open({ sql: 'SELECT 1 FROM {flights.None}', by: 'a' })).toThrow('the entity flights.None')
  expect(open({ entity: 'flights.Flight', by: 'none' })).toThrow('no field "none"')
  expect(tableSourceKind.config.safeParse({}).error?.issues[0]?.message).toContain('either `entity` or `sql`')
  await close()
})

test('says which rows are not read, where rows can have the same value and it looks again', async () => {
  const made = await opened({ entity: 'flights.Flight' })
  const log = memoryLog()
  const notes = async (config: TableSourceConfig) => {
    await tableSourceKind.create(config).open(sourceHost({ app: made.flights, ports: createPorts({ log }) }))
    return log.lines.splice(0).map(({ message }) => message)
  }
  expect(await notes({ entity: 'flights.Flight', every: '1s' })).toEqual([])
  expect(await notes({ entity: 'flights.Flight', by: 'number' })).toEqual([])
  expect(await notes({ entity: 'flights.Flight', by: 'number', every: '1s' })).toEqual([
    expect.stringContaining('comes later with a smaller "id" is not read'),
  ])
  await made.close()
})
