import { createVirtualTime } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { openTestStore, type TestStore } from '../testing/test-store.ts'
import { eventsKeptMs, pruneEvents } from './event-retention.ts'
import { saveReader } from './reader-state.ts'

const emit = async (store: TestStore, count: number, at: number) => {
  const unit = store.unit()
  for (let nth = 0; nth < count; nth++) {
    const more = { principal: undefined, traceId: undefined }
    unit.emit({ id: `${at}-${nth}`, name: 'test.Old', version: 1, key: '', data: {}, at, ...more })
  }
  await unit.commit()
}
const firstKept = async ({ database }: TestStore) => (await database.readEvents({ after: 0, limit: 1 })).rows[0]?.row[1]
const reader = (name: string, offset: number) => ({ name, offset, version: 1, generation: 1, rebuilding: false })

test('old events go, whatever their number, and offsets go on', async () => {
  const { clock, advance } = createVirtualTime()
  await using store = await openTestStore([], { ports: { clock } })
  await emit(store, 1500, clock.now())
  await advance(eventsKeptMs / 2)
  await emit(store, 10, clock.now())
  expect(await pruneEvents(store.database, clock)).toBe(0)
  await advance(eventsKeptMs / 2 + 1)
  expect(await pruneEvents(store.database, clock)).toBe(1500)
  expect(await firstKept(store)).toBe(1501)
  await advance(eventsKeptMs)
  expect(await pruneEvents(store.database, clock)).toBe(10)
  await emit(store, 1, clock.now())
  expect(await firstKept(store)).toBe(1511)
})

test('what a handler has not read stays, unless it was not seen for as long', async () => {
  const { clock, advance } = createVirtualTime()
  await using store = await openTestStore([], { ports: { clock } })
  await saveReader(store.database, clock, reader('test.Gone', 2))
  await emit(store, 10, clock.now())
  await advance(eventsKeptMs + 1)
  await saveReader(store.database, clock, reader('test.Slow', 6))
  await saveReader(store.database, clock, reader('test.Fast', 10))
  expect(await pruneEvents(store.database, clock)).toBe(6)
  expect(await firstKept(store)).toBe(7)
})
