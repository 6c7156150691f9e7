import { keyRing, type OpenApp, type Part, type Principal, sqlite } from 'heddle'
import { webSocket } from 'heddle/live'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codesOf, LiveClient, type Told } from '../packages/serve/test/live-client.ts'
import { liveBank, pay, people, putAccount, tell } from './fixtures/live-bank.ts'

const ports = { keys: keyRing([{ id: 'test', bytes: new Uint8Array(32) }]) }
const person = (id: string, ...permissions: string[]): Principal => ({ id, permissions })

let folder: string
let bank: OpenApp
let url: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heddle-live-ws-'))
  const { declared, served } = liveBank(sqlite() as Part, { mounts: [webSocket({ maxSubscriptions: 5 })] })
  bank = await declared.open({ folder, ports })
  await bank.start()
  url = served.url!
  people.set('ada', person('ada', 'live:read', 'live:audit'))
  people.set('bob', person('bob'))
})
afterAll(async () => {
  await bank.close()
  await rm(folder, { recursive: true })
})

const connect = (name?: string) =>
  LiveClient.connect(url, name === undefined ? {} : { headers: { authorization: `Bearer ${name}` } })
const put = (id: string, cents: number, owner = 'ada') => bank.callOrThrow(putAccount, { id, owner, cents })
const find = (id: string) => ({ query: 'live.FindAccount', input: { id } })
/** What a subscription has told so far. */
const toldTo = (client: LiveClient, id: unknown) =>
  client.told.filter((told) => told.id === id && 'at' in told && !told.position)
const nth = (client: LiveClient, id: unknown, count: number): Promise<Told> =>
  client.when(() => toldTo(client, id)[count - 1])

test('a subscriber gets the answer of a query, and a new one when a record changes on which it rests', async () => {
  await put('q', 1)
  await using client = await connect('ada')
  client.send({ id: 1, subscribe: find('q') })
  expect(await nth(client, 1, 1)).toEqual({ id: 1, at: expect.any(String), value: { owner: 'ada', cents: 1 } })
  await put('q', 2)
  const { at, value } = await nth(client, 1, 2)
  expect(value).toEqual({ owner: 'ada', cents: 2 })

  // Whoever comes back with the id of what it has hears nothing until there is something else.
  await using again = await connect('ada')
  again.send({ id: 'x', subscribe: find('q'), last: at })
  await again.call('y', 'live.FindAccount', { id: 'q' })
  await put('q', 3)
  expect(await nth(again, 'x', 1)).toMatchObject({ value: { cents: 3 } })
})

test('what cannot be subscribed to is refused as the call would be, and its id is free again', async () => {
  await using client = await connect('bob')
  const refused = async (subscribe: object, more: object = {}) => {
    const told = client.told.length
    client.send({ id: 1, subscribe, ...more })
    return codesOf(await client.when(() => client.told.slice(told).find(({ id }) => id === 1)))
  }
  expect(await refused(find('q'))).toEqual(['Denied'])
  expect(await refused({ query: 'live.Nothing' })).toEqual(['UnknownCommand'])
  expect(await refused({ query: 'live.PutAccount', input: {} })).toEqual(['InvalidOption'])
  expect(await refused({ query: 'live.SumCents', input: { least: 'x' } })).toEqual(['InvalidType least'])
  expect(await refused({ events: ['live.Audited'] })).toEqual(['Denied'])
  expect(await refused({ events: ['live.Kept'] })).toEqual(['InvalidOption'])
  expect(await refused({ events: ['live.Audited'] }, { last: 'zzz' })).toEqual(['Denied'])
  expect(await refused({ events: ['live.Told'] }, { tenant: 'other' })).toEqual(['TenantDenied'])
  expect(await refused({ events: ['live.Told'], after: 1e9 })).toEqual(['InvalidOption'])
  expect((await client.call(1, 'live.SumCents', { least: 1e9 })).id).toBe(1)
})

test('events come in order to those who may see them, and again from where the last one was', async () => {
  const ada = await connect('ada')
  await using bob = await connect('bob')
  ada.send({ id: 1, subscribe: { events: ['live.Paid'] } })
  bob.send({ id: 1, subscribe: { events: ['live.Paid'] } })
  await Promise.all([ada.call(2, 'live.SumCents'), bob.call(2, 'live.SumCents')])
  for (const [to, cents] of [
    ['ada', 1],
    ['bob', 2],
    ['ada', 3],
  ] as const)
    await bank.callOrThrow(pay, { to, cents })
  const { at, event } = await nth(ada, 1, 2)
  expect(event).toMatchObject({ offset: Number(at), name: 'live.Paid', data: { to: 'ada', cents: 3 } })
  expect(await nth(bob, 1, 1)).toMatchObject({ event: { data: { cents: 2 } } })
  expect(JSON.stringify([ada.told, bob.told])).not.toContain('only inside')
  await ada[Symbol.asyncDispose]()

  for (const cents of [4, 5]) await bank.callOrThrow(pay, { to: 'ada', cents })
  await using again = await connect('ada')
  again.send({ id: 7, subscribe: { events: ['live.Paid'] }, last: at })
  await bank.callOrThrow(pay, { to: 'ada', cents: 6 })
  await nth(again, 7, 3)
  expect(toldTo(again, 7).map((told) => (told.event as { data: { cents: number } }).data.cents)).toEqual([4, 5, 6])
})

test('where to go on is known before the first event', async () => {
  const client = await connect('ada')
  client.send({ id: 1, subscribe: { events: ['live.Told'] } })
  const { at, ...position } = await client.find((told) => told.id === 1)
  expect(position).toEqual({ id: 1, position: true })
  await client[Symbol.asyncDispose]()
  await bank.callOrThrow(tell, { texts: ['missed by nobody'] })
  await using again = await connect('ada')
  again.send({ id: 1, subscribe: { events: ['live.Told'] }, last: at })
  expect(await nth(again, 1, 1)).toMatchObject({ event: { data: { text: 'missed by nobody' } } })
})

test('who reads slowly gets the newest answer of a query, and events without a gap', async () => {
  await put('slow', 0)
  await using client = await connect('ada')
  client.send({ id: 1, subscribe: find('slow') })
  client.send({ id: 2, subscribe: { events: ['live.Told'] } })
  await nth(client, 1, 1)
  await client.call(3, 'live.SumCents')
  client.ws.pause()
  const texts = Array.from({ length: 60 }, (_, index) => `${index} ${'x'.repeat(200_000)}`)
  for (const [index, text] of texts.entries()) {
    await put('slow', index + 1)
    await bank.callOrThrow(tell, { texts: [text] })
  }
  client.ws.resume()
  await nth(client, 2, texts.length)
  await client.when(() => toldTo(client, 1).find((told) => (told.value as { cents: number }).cents === texts.length))
  expect(toldTo(client, 2).map((told) => (told.event as { data: { text: string } }).data.text)).toEqual(texts)
  expect(toldTo(client, 1).length).toBeLessThan(texts.length)
})

test('a subscription can be ended, and there are so many on a connection and no more', async () => {
  await using client = await connect('ada')
  for (let id = 1; id <= 5; id++) client.send({ id, subscribe: { events: ['live.Told'] } })
  client.send({ id: 6, subscribe: { events: ['live.Told'] } })
  expect((await client.end(6)).errors).toMatchObject([{ data: { name: 'live.connectionSubscriptions', limit: 5 } }])
  client.send({ id: 1, cancel: true })
  expect(codesOf(await client.end(1))).toEqual(['Cancelled'])
  client.send({ id: 6, subscribe: { events: ['live.Told'] } })
  await client.call(7, 'live.SumCents')
  await bank.callOrThrow(tell, { texts: ['heard'] })
  expect(await nth(client, 6, 1)).toMatchObject({ event: { data: { text: 'heard' } } })
  expect(toldTo(client, 1)).toEqual([])
})

test('who may not be there any more is disconnected, unless it has shown newer credentials', async () => {
  for (const name of ['cyd', 'cyd-2', 'dan']) people.set(name, person(name.slice(0, 3)))
  const cyd = await connect('cyd')
  const dan = await connect('dan')
  cyd.send({ id: 1, subscribe: { events: ['live.Paid'] } })
  cyd.send({ authorization: 'Bearer cyd-2' })
  expect(await cyd.find((told) => 'principal' in told)).toEqual({ principal: 'cyd' })
  people.delete('cyd')
  people.delete('dan')
  expect(await dan.closed).toBe(4401)
  // What was begun before goes on for the newer ones.
  await bank.callOrThrow(pay, { to: 'cyd', cents: 1 })
  expect(await nth(cyd, 1, 1)).toMatchObject({ event: { data: { to: 'cyd' } } })
  people.delete('cyd-2')
  expect(await cyd.closed).toBe(4401)
})

test('when the app stops, subscriptions end by the closing of their connection', async () => {
  const { declared, served } = liveBank(sqlite() as Part, { mounts: [webSocket()] })
  const other = await declared.open({ folder: join(folder, 'other'), ports })
  await other.start()
  const client = await LiveClient.connect(served.url!)
  client.send({ id: 1, subscribe: { events: ['live.Told'] } })
  await client.call(2, 'live.SumCents')
  await other.close({ graceMs: 60_000 })
  expect(await client.closed).toBe(1001)
  expect(toldTo(client, 1)).toEqual([])
})
