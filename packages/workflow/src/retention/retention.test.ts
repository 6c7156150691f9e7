import { type OpenApp, systemClock } from '@heddle/core'
import { EntryRecord, SignalRecord } from '@heddle/data'
import { expect, test } from 'vitest'
import { newFolder, ordersApp, placeOrder } from '../../fixtures/placed-orders.ts'
import { engineOfApp } from '../engine/engines.ts'
import { pruneRuns, runsKeptMs } from './prune-runs.ts'

const { awaits, signals, status } = placeOrder.ways
const at = (offsetMs: number) => ({ ...systemClock, now: () => systemClock.now() + offsetMs })

async function opened() {
  const app = await ordersApp().open({ folder: newFolder() })
  await app.start()
  return { app, store: engineOfApp(app).store }
}

async function ended(app: OpenApp, order: string): Promise<string> {
  const { run } = await app.callOrThrow(placeOrder.command, { order, cents: 5 })
  await app.callOrThrow(signals.approved!, { run, data: { by: 'Bob' } })
  await app.callOrThrow(awaits, { run })
  return run
}

test('runs that ended are removed with their journals after a week, and open ones stay', async () => {
  const { app, store } = await opened()
  const old = await ended(app, 'o1')
  await app.callOrThrow(signals.approved!, { run: old, data: { by: 'Eve' } }).catch(() => undefined)
  const open = await app.callOrThrow(placeOrder.command, { order: 'o2', cents: 5 })
  expect(await pruneRuns(store, at(runsKeptMs - 60_000))).toBe(0)
  expect(await pruneRuns(store, at(runsKeptMs + 60_000))).toBe(1)
  expect(await app.call(status, { run: old })).toMatchObject({ ok: false, errors: [{ code: 'RunNotFound' }] })
  expect((await store.journal('main', old)).entries).toEqual([])
  expect(await app.callOrThrow(status, { run: open.run })).toMatchObject({ run: open.run })
  await app.close()
})

test('nothing of a removed run is left behind, and its neighbours keep theirs', async () => {
  const { app, store } = await opened()
  for (const order of ['a', 'b', 'c']) await ended(app, order)
  const last = await ended(app, 'd')
  const { entries } = await store.journal('main', last)
  expect(entries.length).toBeGreaterThan(0)
  expect(await pruneRuns(store, at(2 * runsKeptMs))).toBe(4)
  expect(await store.database.count(EntryRecord.table, 'main', undefined)).toBe(0)
  expect(await store.database.count(SignalRecord.table, 'main', undefined)).toBe(0)
  await app.close()
})
