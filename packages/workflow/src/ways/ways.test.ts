import { expect, test } from 'vitest'
import { newFolder, ordersApp, placeOrder } from '../../fixtures/placed-orders.ts'

async function opened() {
  const running = await ordersApp().open({ folder: newFolder() })
  await running.start()
  return running
}
const ann = { id: 'ann', permissions: ['orders:place'] }
const { awaits, status, watch, cancel, signals } = placeOrder.ways

test('a workflow brings commands to look at, signal and await its runs', async () => {
  const app = await opened()
  const { run, state } = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 }, { as: ann })
  expect(state).toBe('running')
  const ended = app.call(awaits, { run }, { as: ann })
  await app.callOrThrow(signals.approved!, { run, data: { by: 'Bob' } }, { as: ann })
  expect(await ended).toEqual({ ok: true, value: { order: 'o1', by: 'Bob' } })
  expect(await app.callOrThrow(status, { run }, { as: ann })).toMatchObject({
    run,
    workflow: 'orders.PlaceOrder',
    state: 'succeeded',
    waits: [],
    value: { order: 'o1', by: 'Bob' },
  })
  await app.close()
})

test('who awaits a run gets the failure that it declares', async () => {
  const app = await opened()
  const { run } = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 })
  await app.callOrThrow(signals.approved!, { run, data: { by: 'Eve', refuse: true } })
  const outcome = await app.call(awaits, { run })
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Refused', data: { by: 'Eve' } }] })
  expect(await app.callOrThrow(status, { run })).toMatchObject({ state: 'failed', errors: [{ code: 'Refused' }] })
  await app.close()
})

test('a failure of a step that ends a run is what awaiting it ends with', async () => {
  const app = await opened()
  const { run } = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 2_000_000 })
  expect(await app.call(awaits, { run })).toMatchObject({ ok: false, errors: [{ code: 'CardDeclined' }] })
  await app.close()
})

test('a deadline ends the wait, and the run goes on', async () => {
  const app = await opened()
  const { run } = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 })
  const late = await app.call(awaits, { run }, { deadline: app.ports.clock.now() + 20 })
  expect(late).toMatchObject({ ok: false, errors: [{ code: 'DeadlineExceeded' }] })
  await app.callOrThrow(signals.approved!, { run, data: { by: 'Bob' } })
  expect(await app.call(awaits, { run })).toMatchObject({ ok: true })
  await app.close()
})

test('a run is watched from state to state', async () => {
  const app = await opened()
  const { run } = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 })
  const watched = app.stream(watch, { run })
  const states: string[] = []
  for await (const { state, waits } of watched) {
    states.push(state)
    if (waits[0]?.name === 'approved') await app.callOrThrow(signals.approved!, { run, data: { by: 'Bob' } })
  }
  expect(states).toContain('waiting')
  expect(await watched.outcome).toMatchObject({ ok: true, value: { state: 'succeeded' } })
  await app.close()
})

test('the same key of the same caller is the same run, and another input under it is refused', async () => {
  const app = await opened()
  const options = { as: ann, idempotencyKey: 'k1' }
  const first = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 }, options)
  const again = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 }, options)
  expect(again.run).toBe(first.run)
  const other = await app.call(placeOrder.command, { order: 'o1', cents: 6 }, options)
  expect(other).toMatchObject({ ok: false, errors: [{ code: 'KeyReused' }] })
  const bob = { ...options, as: { ...ann, id: 'bob' } }
  expect((await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 }, bob)).run).not.toBe(first.run)
  await app.close()
})

test('a cancelled run ends as cancelled, once', async () => {
  const app = await opened()
  const { run } = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 })
  await app.callOrThrow(cancel, { run })
  expect(await app.call(awaits, { run })).toMatchObject({ ok: false, errors: [{ code: 'RunCancelled' }] })
  expect(await app.call(cancel, { run })).toMatchObject({ ok: false, errors: [{ code: 'RunEnded' }] })
  expect(await app.call(cancel, { run: 'nobody' })).toMatchObject({ ok: false, errors: [{ code: 'RunNotFound' }] })
  await app.close()
})

test('who may not start a workflow may not look at its runs', async () => {
  const app = await opened()
  const { run } = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 })
  for (const command of [status, awaits, cancel]) {
    const outcome = await app.call(command, { run }, { as: { id: 'eve', permissions: [] } })
    expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
  }
  const elsewhere = await app.call(status, { run }, { tenant: 'other' })
  expect(elsewhere).toMatchObject({ ok: false })
  await app.close()
})
