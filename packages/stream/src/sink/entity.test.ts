import { app, type OpenApp } from '@heddle/core'
import { autocrud, entity, eventsOf, sqlite } from '@heddle/data'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { sinkHost } from '../testing/source-host.ts'
import { testSink } from '../testing/test-sink.ts'
import { entitySinkKind } from './entity.ts'
import type { SinkRecord } from './sink.ts'

const Airport = entity('flights.Airport', {
  key: 'code',
  fields: { code: z.string().min(3), size: z.int(), opened: z.date().optional() },
  checks: { notNegative: ({ size }) => size >= 0 },
  events: true,
})
const commands = autocrud(Airport, { access: 'public', only: ['find', 'delete'] })
const unknown = { kind: 'unknown' } as const
const sink = entitySinkKind.create({ name: 'flights.Airport' }, unknown)

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(): Promise<OpenApp> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-entity-sink-'))
  const flights = await app('flights', { database: sqlite(), parts: [Airport, commands] }).open({ folder })
  closing.push(async () => {
    await flights.close()
    await rm(folder, { recursive: true })
  })
  return flights
}

const found = async (flights: OpenApp) => {
  const outcome = (await flights.callByName('flights.FindAirports', { limit: 100 })) as {
    value: { records: unknown[] }
  }
  return outcome.value.records
}

// One app for all the lives of the contract, emptied before each: opening one takes a while.
let shared: Promise<OpenApp> | undefined

testSink('entity', async () => {
  const flights = await (shared ??= open())
  for (const { code } of (await found(flights)) as { code: string }[]) {
    await flights.callByName('flights.DeleteAirport', { code })
  }
  return {
    sink,
    host: { app: flights, ports: flights.ports },
    value: (n) => ({ code: `A${String(n).padStart(2, '0')}`, size: n }),
    read: () => found(flights),
  }
})

const record = (value: unknown, weight: 1 | -1 = 1): SinkRecord => ({
  id: JSON.stringify(value),
  value,
  key: undefined,
  time: 0,
  weight,
})

test('changes what is there, deletes what is withdrawn, and tells its events', async () => {
  const flights = await open()
  const writer = await sink.open(sinkHost({ app: flights, ports: flights.ports }))
  await writer.write(
    [record({ code: 'SFO', size: 1, opened: '2026-01-01T00:00:00Z' }), record({ code: 'LAX', size: 1 })],
    1,
    true,
  )
  await writer.write([record({ code: 'SFO', size: 2 }), record({ code: 'LAX', size: 1 }, -1)], 2, true)
  expect(await found(flights)).toEqual([{ code: 'SFO', size: 2, opened: new Date('2026-01-01T00:00:00Z') }])
  const names = (await eventsOf(flights).read()).map(({ name }) => name.split('.').at(-1))
  expect(names).toEqual(['Inserted', 'Inserted', 'Updated', 'Deleted'])
})

test('deletes only the very record that is withdrawn, in the fields that it has', async () => {
  const flights = await open()
  const writer = await sink.open(sinkHost({ app: flights, ports: flights.ports }))
  const write = (...records: SinkRecord[]) => writer.write(records, 1, true)
  // Another one has taken its place under the same key.
  await write(record({ code: 'OSL', size: 1 }), record({ code: 'OSL', size: 2, opened: new Date(5) }))
  await write(record({ code: 'OSL', size: 1 }, -1))
  expect(await found(flights)).toEqual([{ code: 'OSL', size: 2, opened: new Date(5) }])
  for (const other of [{ opened: 6 }, { opened: 'late' }, { size: null }, { size: 'big' }]) {
    await write(record({ code: 'OSL', size: 2, ...other }, -1))
    expect(await found(flights)).toHaveLength(1)
  }
  await write(record({ code: 'OSL', size: 2, opened: 5, unknown: true }, -1))
  expect(await found(flights)).toEqual([])
  await write(record({ code: 'OSL', size: 2, opened: new Date(5) }), record({ code: 'OSL', size: 2 }, -1))
  expect(await found(flights)).toEqual([])
  // Once it is gone there is nothing to withdraw.
  await write(record({ code: 'OSL', size: 2 }, -1))
})

test('knows a record again of which the entity made something else', async () => {
  const Note = entity('flights.Note', {
    key: 'id',
    fields: {
      id: z.string(),
      text: z.string().trim(),
      big: z.int64(),
      tags: z.array(z.string()).default([]),
      any: z.unknown().optional(),
    },
  })
  const folder = await mkdtemp(join(tmpdir(), 'heddle-entity-sink-'))
  const commands = autocrud(Note, { access: 'public', only: ['count'] })
  const flights = await app('flights', { database: sqlite(), parts: [Note, commands] }).open({ folder })
  const notes = entitySinkKind.create({ name: 'flights.Note' }, unknown)
  const writer = await notes.open(sinkHost({ app: flights, ports: flights.ports }))
  const count = async () => ((await flights.callByName('flights.CountNotes', {})) as { value: unknown }).value
  const note = { id: 'a', text: ' two words ', big: 9_007_199_254_740_993n }
  const of = (value: unknown, weight: 1 | -1 = 1): SinkRecord => ({ id: '', value, key: 'a', time: 0, weight })
  await writer.write([of(note), of({ ...note, big: 1n }, -1), of({ ...note, any: new Date() }, -1)], 1, true)
  expect(await count()).toEqual({ count: 1 })
  await writer.write([of(note, -1)], 2, true)
  expect(await count()).toEqual({ count: 0 })
  await flights.close()
  await rm(folder, { recursive: true })
})

test('leaves the newest window of a record alone where its key leaves out which one', async () => {
  const Day = entity('flights.Day', { key: 'origin', fields: { origin: z.string(), start: z.date(), flown: z.int() } })
  const folder = await mkdtemp(join(tmpdir(), 'heddle-entity-sink-'))
  const commands = autocrud(Day, { access: 'public', only: ['find'] })
  const flights = await app('flights', { database: sqlite(), parts: [Day, commands] }).open({ folder })
  const days = entitySinkKind.create({ name: 'flights.Day' }, unknown, { flow: 'changes', keys: ['origin', 'start'] })
  const of = (day: number, flown: number, weight: 1 | -1 = 1) =>
    record({ origin: 'SFO', start: new Date(day), flown }, weight)
  const after = async (...records: SinkRecord[]) => {
    // Each time another writer, as after a restart.
    const writer = await days.open(sinkHost({ app: flights, ports: flights.ports }))
    await writer.write(records, 1, true)
    const { value } = (await flights.callByName('flights.FindDays', { limit: 100 })) as {
      value: { records: unknown[] }
    }
    return value.records
  }
  const newest = [{ origin: 'SFO', start: new Date(2), flown: 5 }]
  expect(await after(of(1, 1), of(2, 5))).toEqual(newest)
  expect(await after(of(1, 1, -1), of(1, 3))).toEqual(newest)
  expect(await after(of(2, 5, -1), of(2, 6))).toEqual([{ ...newest[0], flown: 6 }])
  await flights.close()
  await rm(folder, { recursive: true })
})

test('keeps what the entity refuses as dead letters, and takes the rest', async () => {
  const flights = await open()
  const refused: string[] = []
  const writer = await sink.open(
    sinkHost({ app: flights, ports: flights.ports, refuse: (_record, [failure]) => refused.push(failure!.code) }),
  )
  const records = [
    { code: 'SFO', size: 1 },
    { code: 'LAX', size: -1 },
    { code: 'X', size: 1 },
    { code: 'JFK', size: 3 },
  ]
  await writer.write(
    records.map((value) => record(value)),
    1,
    true,
  )
  expect(refused).toEqual(['ConstraintBroken', 'InvalidRecord'])
  expect(await found(flights)).toEqual([
    { code: 'JFK', size: 3 },
    { code: 'SFO', size: 1 },
  ])
})
