import { expect, test } from 'vitest'
import { clientAndServer } from '../../../test/generated-client.ts'
import type { Client, Command } from '../index.ts'
import { CommandStore } from './runtime/command-store.ts'

test('a component sees the newest of its calls, also where an older one ends later', async () => {
  await using shop = await clientAndServer()
  const client = shop.clientOf() as unknown as Client
  const store = new CommandStore<unknown, unknown, unknown>()
  const [wait, order] = [shop.commands.wait as Command, shop.commands.orderItem as Command]
  const leaving = new AbortController()
  const older = store.call(client, wait, {}, { signal: leaving.signal })
  expect(store.state()).toMatchObject({ isPending: true, outcome: undefined })
  await store.call(client, order, { item: '' }, {})
  expect(store.state()).toMatchObject({ isPending: false, errors: [{ key: 'data/item:TooSmall' }] })
  const state = store.state()
  leaving.abort()
  expect(await older).toMatchObject({ ok: false, errors: [{ code: 'Cancelled' }] })
  expect(store.state()).toBe(state)
  store.reset()
  expect(store.state()).toMatchObject({ isPending: false, outcome: undefined, errors: [] })
})

test('a call is ended by the component, and tells how far it is where that is asked for', async () => {
  await using shop = await clientAndServer()
  const client = shop.clientOf() as unknown as Client
  const store = new CommandStore<unknown, unknown, unknown>()
  const seen: unknown[] = []
  store.subscribe(() => seen.push(store.state().progress))
  await store.call(client, shop.commands.tell as Command, { days: 2 }, { withProgress: true })
  expect(seen).toContainEqual({ done: 2, total: 2 })
  expect(store.state()).toMatchObject({ value: { told: 2n } })
  const waiting = store.call(client, shop.commands.wait as Command, {}, {})
  store.cancel()
  await waiting
  expect(store.state()).toMatchObject({ isPending: false, errors: [{ code: 'Cancelled' }] })
})
