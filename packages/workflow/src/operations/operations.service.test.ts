import { postgres } from '@heddle/data'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { testOperations } from '../../fixtures/contracts/operations.ts'
import { ordersApp, placeOrder } from '../../fixtures/placed-orders.ts'
import { awaitAnyRun, explainRun, forkRun, pauseRun, resetRun, resumeRun } from './index.ts'

testOperations(async () => postgres({ url: await freshDatabase() }))

test('what one process does to a run, the process that has it in its memory heeds', async () => {
  const database = postgres({ url: await freshDatabase() })
  const open = async () => {
    const app = await ordersApp([], database).open()
    await app.start()
    return app
  }
  const [owner, other] = [await open(), await open()]
  const begin = async (order: string) => {
    const { run } = await owner.callOrThrow(placeOrder.command, { order, cents: 5 })
    for await (const { state } of owner.stream(placeOrder.ways.watch, { run })) if (state === 'waiting') break
    return run
  }
  const approved = placeOrder.ways.signals.approved!

  const held = await begin('o1')
  await other.callOrThrow(pauseRun, { run: held, because: 'the card company is down' })
  await owner.callOrThrow(approved, { run: held, data: { by: 'Bob' } })
  expect(await owner.callOrThrow(explainRun, { run: held })).toMatchObject({ state: 'paused' })
  await other.callOrThrow(resumeRun, { run: held })
  expect(await owner.call(awaitAnyRun, { run: held })).toMatchObject({ ok: true, value: { value: { by: 'Bob' } } })

  const signalled = await begin('o2')
  await other.callOrThrow(approved, { run: signalled, data: { by: 'Eve' } })
  expect(await owner.call(awaitAnyRun, { run: signalled })).toMatchObject({ ok: true, value: { value: { by: 'Eve' } } })

  const cancelled = await begin('o3')
  expect(await other.callByName('heddle.CancelRun', { run: cancelled })).toMatchObject({ ok: true })
  expect(await owner.call(awaitAnyRun, { run: cancelled })).toMatchObject({ errors: [{ code: 'RunCancelled' }] })

  const forced = await begin('o4')
  expect(await other.callByName('heddle.CancelRun', { run: forced, force: true })).toMatchObject({ ok: true })
  expect(await owner.call(awaitAnyRun, { run: forced })).toMatchObject({ errors: [{ code: 'RunCancelled' }] })
  const late = await owner.call(approved, { run: forced, data: { by: 'Bob' } })
  expect(late).toMatchObject({ ok: false, errors: [{ code: 'RunEnded' }] })

  expect(await other.callOrThrow(resetRun, { run: signalled, to: 'approved' })).toMatchObject({ dropped: 2 })
  await owner.callOrThrow(approved, { run: signalled, data: { by: 'Ann' } })
  expect(await other.call(awaitAnyRun, { run: signalled })).toMatchObject({ value: { value: { by: 'Ann' } } })
  const { run: forked } = await other.callOrThrow(forkRun, { run: signalled, to: 'approved' })
  await owner.callOrThrow(approved, { run: forked, data: { by: 'Zoe' } })
  expect(await owner.call(awaitAnyRun, { run: forked })).toMatchObject({ value: { value: { by: 'Zoe' } } })
  for (const app of [owner, other]) await app.close()
})
