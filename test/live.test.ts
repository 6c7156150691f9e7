import { keyRing, memoryLog, type OpenApp, type Part, type Principal, sqlite } from 'heddle'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asked, liveBank, pay, people, putAccount, putNote, tell } from './fixtures/live-bank.ts'
import { readSse } from './fixtures/sse.ts'

const person = (id: string, ...permissions: string[]): Principal => ({ id, permissions })
const as = (name: string) => ({ authorization: `Bearer ${name}` })

let folder: string
let bank: OpenApp
let url: string
let log: ReturnType<typeof memoryLog>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heddle-live-'))
  log = memoryLog()
  const { declared, served } = liveBank(sqlite() as Part, { cors: { origins: ['https://friend.example'] } })
  bank = await declared.open({ folder, ports: { log, keys: keyRing([{ id: 'test', bytes: new Uint8Array(32) }]) } })
  await bank.start()
  url = `${served.url}/_heddle/live`
  people.set('ada', person('ada', 'live:read', 'live:audit'))
  people.set('bob', person('bob'))
})
afterAll(async () => {
  await bank.close()
  await rm(folder, { recursive: true })
})

test('a subscriber gets the answer of a query, and a new one when a record changes on which it rests', async () => {
  await bank.callOrThrow(putAccount, { id: 'q', owner: 'ada', cents: 1 })
  await using live = await readSse(`${url}/live/FindAccount?id=q`, as('ada'))
  expect(live.body.headers.get('content-type')).toBe('text/event-stream')
  const first = await live.next()
  expect(first).toMatchObject({ event: 'value', data: { owner: 'ada', cents: 1 } })
  await bank.callOrThrow(putAccount, { id: 'q', owner: 'ada', cents: 2 })
  const second = await live.next()
  expect(second).toMatchObject({ event: 'value', data: { owner: 'ada', cents: 2 } })
  expect(second!.id).not.toBe(first!.id)
})

test('equal subscriptions share one question, and what does not concern a query is no reason to ask it', async () => {
  await bank.callOrThrow(putAccount, { id: 's', owner: 'ada', cents: 10 })
  const before = asked.sums
  const all = await Promise.all(Array.from({ length: 20 }, () => readSse(`${url}/live/SumCents?least=1000`, as('ada'))))
  const values = await Promise.all(all.map((live) => live.next()))
  expect(new Set(values.map((value) => value?.data))).toEqual(new Set([0]))
  expect(asked.sums).toBe(before + 1)
  await bank.callOrThrow(putNote, { id: 'of no concern' })
  await bank.callOrThrow(putAccount, { id: 's', owner: 'ada', cents: 5000 })
  const next = await Promise.all(all.map((live) => live.next()))
  expect(new Set(next.map((value) => value?.data))).toEqual(new Set([5000]))
  expect(asked.sums).toBe(before + 2)
  for (const live of all) live.close()
})

test('whoever comes back with the id of the answer that it has hears nothing until there is another', async () => {
  await bank.callOrThrow(putAccount, { id: 'r', owner: 'ada', cents: 1 })
  const live = await readSse(`${url}/live/FindAccount?id=r`, as('ada'))
  const { id } = (await live.next())!
  live.close()
  await using again = await readSse(`${url}/live/FindAccount?id=r`, { ...as('ada'), 'last-event-id': id! })
  const next = again.next()
  await bank.callOrThrow(putAccount, { id: 'r', owner: 'ada', cents: 7 })
  expect(await next).toMatchObject({ data: { cents: 7 } })
})

test('a subscription that is refused is answered as the call would be', async () => {
  const refused = async (path: string, headers: Record<string, string> = {}) => {
    const { status, body } = await readSse(`${url}${path}`, headers)
    return [status, ((await body.json()) as { errors: { code: string }[] }).errors[0]!.code]
  }
  expect(await refused('/live/FindAccount?id=q')).toEqual([401, 'Unauthenticated'])
  expect(await refused('/live/FindAccount?id=q', as('bob'))).toEqual([403, 'Denied'])
  expect(await refused('/live/FindAccount?id=none', as('ada'))).toEqual([422, 'NoAccount'])
  expect(await refused('/live/FindAccount', as('ada'))).toEqual([400, 'InvalidType'])
  expect(await refused('/live/Nothing', as('ada'))).toEqual([404, 'UnknownCommand'])
  expect(await refused('/live/PutAccount?id=a', as('ada'))).toEqual([400, 'InvalidOption'])
  expect(await refused('/events?on=live.Audited', as('bob'))).toEqual([403, 'Denied'])
  // What is closed is not there.
  expect(await refused('/events?on=live.Kept', as('ada'))).toEqual([400, 'InvalidOption'])
  expect(await refused('/events?on=live.Kept')).toEqual([400, 'InvalidOption'])
  expect(await refused('/events?on=live.Paid,live.Nothing', as('ada'))).toEqual([400, 'InvalidOption'])
  expect(await refused('/events?on=live.Told&after=1e9')).toEqual([400, 'InvalidOption'])
  expect(await refused('/events?of=live.Told')).toEqual([400, 'InvalidOption'])
})

test('pages of other origins are refused, but for those that may call', async () => {
  const { host } = new URL(url)
  const ask = async (headers: Record<string, string>) => {
    await using live = await readSse(`${url}/events?on=live.Told`, headers)
    return live.status
  }
  expect(await ask({ origin: 'https://evil.example' })).toBe(403)
  expect(await ask({ origin: 'null' })).toBe(403)
  expect(await ask({ origin: 'https://friend.example' })).toBe(200)
  expect(await ask({ origin: `http://${host}` })).toBe(200)
  expect(await ask({})).toBe(200)
})

test('events come in order, each to those who may see it, and without what is sensitive', async () => {
  await using ada = await readSse(`${url}/events?on=live.Paid`, as('ada'))
  await using bob = await readSse(`${url}/events?on=live.Paid`, as('bob'))
  await using all = await readSse(`${url}/events`, as('ada'))
  for (const [to, cents] of [
    ['ada', 1],
    ['bob', 2],
    ['ada', 3],
  ] as const)
    await bank.callOrThrow(pay, { to, cents })
  const [first, second] = [await ada.next(), await ada.next()]
  expect([first, second].map((one) => (one!.data as { data: unknown }).data)).toEqual([
    { to: 'ada', cents: 1, at: expect.any(String) },
    { to: 'ada', cents: 3, at: expect.any(String) },
  ])
  expect(first).toMatchObject({ event: 'event', id: String((first!.data as { offset: number }).offset) })
  expect(first!.data).not.toHaveProperty('principal')
  expect(await bob.next()).toMatchObject({ data: { name: 'live.Paid', data: { cents: 2 } } })
  const names = []
  for (let count = 0; count < 5; count++) names.push(((await all.next())!.data as { name: string }).name)
  // To each payment belongs one that auditors see, and one that nobody sees.
  expect(names).toEqual(['live.Paid', 'live.Audited', 'live.Audited', 'live.Paid', 'live.Audited'])
})

test('the changes of an entity are pushed to those whom its rule lets through', async () => {
  await using bob = await readSse(`${url}/events?on=live.Account.Inserted,live.Account.Updated`, as('bob'))
  await bank.callOrThrow(putAccount, { id: 'of-ada', owner: 'ada', cents: 1 })
  await bank.callOrThrow(putAccount, { id: 'of-bob', owner: 'bob', cents: 1 })
  await bank.callOrThrow(putAccount, { id: 'of-bob', owner: 'bob', cents: 2 })
  expect(await bob.next()).toMatchObject({ data: { key: 'of-bob', name: 'live.Account.Inserted' } })
  expect(await bob.next()).toMatchObject({ data: { key: 'of-bob', name: 'live.Account.Updated' } })
})

test('whoever comes back with the id of the last event misses nothing and gets nothing twice', async () => {
  const seen: string[] = []
  const take = async (live: Awaited<ReturnType<typeof readSse>>, count: number) => {
    for (let index = 0; index < count; index++) {
      seen.push(((await live.next())!.data as { data: { text: string } }).data.text)
    }
  }
  const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`)
  const live = await readSse(`${url}/events?on=live.Told`)
  await bank.callOrThrow(tell, { texts: texts.slice(0, 10) })
  await take(live, 7)
  live.close()
  await bank.callOrThrow(tell, { texts: texts.slice(10, 30) })
  await using again = await readSse(`${url}/events?on=live.Told`, { 'last-event-id': live.lastId! })
  await bank.callOrThrow(tell, { texts: texts.slice(30) })
  await take(again, 33)
  expect(seen).toEqual(texts)
})

test('where to go on is known before the first event, so a connection that breaks at once misses nothing', async () => {
  const live = await readSse(`${url}/events?on=live.Told`, as('ada'))
  const read = live.next()
  while (live.lastId === undefined) await new Promise(setImmediate)
  live.close()
  await read
  await bank.callOrThrow(tell, { texts: ['meanwhile'] })
  await using again = await readSse(`${url}/events?on=live.Told`, { ...as('ada'), 'last-event-id': live.lastId })
  expect(await again.next()).toMatchObject({ event: 'event', data: { data: { text: 'meanwhile' } } })
})

test('how many events there are is told to those alone who may get some', async () => {
  const codes = async (path: string, headers: Record<string, string>) => {
    const { body } = await readSse(`${url}${path}`, headers)
    return ((await body.json()) as { errors: { code: string }[] }).errors[0]!.code
  }
  expect(await codes('/events?on=live.Audited&after=99999', {})).toBe('Unauthenticated')
  expect(await codes('/events?on=live.Audited', { 'last-event-id': 'abc' })).toBe('Unauthenticated')
  expect(await codes('/events?on=live.Audited&after=99999', as('bob'))).toBe('Denied')
  expect(await codes('/events?on=live.Audited&after=99999', as('ada'))).toBe('InvalidOption')
})

test('events of another tenant are seen by nobody of this one', async () => {
  people.set('eve', { ...person('eve'), tenant: 'other' })
  await using eve = await readSse(`${url}/events?on=live.Told`, as('eve'))
  await bank.callOrThrow(tell, { texts: ['of main'] })
  await bank.callOrThrow(tell, { texts: ['of other'] }, { tenant: 'other' })
  expect(await eve.next()).toMatchObject({ data: { data: { text: 'of other' } } })
  const denied = await readSse(`${url}/events?on=live.Told`, { ...as('bob'), 'heddle-tenant': 'other' })
  expect(denied.status).toBe(403)
})
