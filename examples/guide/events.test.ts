import { eventsOf, provide, readersOf } from 'heddle'
import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import declared, { listTurnover, loadCard, Mailer, OrderPlaced, placeOrder, spendCard } from './events.ts'

const order = { email: 'ada@example.com', cents: 500 }

test('an event is committed with the order, and a handler sees it', async () => {
  let sent = (_to: string) => {}
  const mailed = new Promise<string>((resolve) => (sent = resolve))
  const mailer = { send: async (to: string) => sent(to) }
  await using store = await testApp(declared, { provide: [provide(Mailer, mailer)] })
  const { order: id } = await store.callOrThrow(placeOrder, order)
  expect(await mailed).toBe('ada@example.com')
  expect(await eventsOf(store).read({ on: [OrderPlaced] })).toMatchObject([{ offset: 1, key: id, data: order }])
})

test('a gift card is folded from its events, and a projection sums up all of them', async () => {
  await using store = await testApp(declared)
  expect(await store.callOrThrow(loadCard, { card: 'c1', cents: 100 })).toEqual({ events: 1 })
  expect(await store.callOrThrow(spendCard, { card: 'c1', cents: 30 })).toEqual({ left: 70 })
  const refused = await store.call(spendCard, { card: 'c1', cents: 80 })
  expect(refused.ok || refused.errors[0]).toMatchObject({ code: 'TooLittle', data: { left: 70 } })
  const view = async () => (await readersOf(store)).find(({ kind }) => kind === 'projection')!
  while ((await view()).behind > 0) await store.time.advance(1)
  expect(await store.callOrThrow(listTurnover, {})).toEqual({ 'store.Deposited': 100, 'store.Spent': 30 })
})

test('a reader follows events as they come', async () => {
  await using store = await testApp(declared)
  const reading = eventsOf(store)
    .follow({ on: [OrderPlaced] })
    [Symbol.asyncIterator]()
  const first = reading.next()
  await store.callOrThrow(placeOrder, order)
  expect((await first).value).toMatchObject({ name: 'store.OrderPlaced', offset: 1 })
  await reading.return!()
})
