import {
  createPorts,
  databaseOf,
  fetchHandler,
  history,
  keyRing,
  memoryLog,
  type OpenApp,
  type Part,
  type Principal,
  sqlite,
} from 'heddle'
import { liveHubOf, sameCaller } from 'heddle/live'
import { createVirtualTime, type VirtualTime } from '@heddle/core/testing'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { asked, dropAccount, liveBank, putAccount, tell } from './fixtures/live-bank.ts'
import { readSse, type SseReader } from './fixtures/sse.ts'

let folder: string
let bank: OpenApp
let time: VirtualTime
let ask: (request: Request) => Promise<Response>
/** Who is let in, by what is sent. */
const keys = new Map<string, () => Principal | undefined>()
let questions = 0

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heddle-live-'))
  time = createVirtualTime()
  const { declared } = liveBank(sqlite() as Part, {}, [history({ commands: ['*'] })])
  const { clock, timers } = time
  const ring = keyRing([{ id: 'test', bytes: new Uint8Array(32) }])
  bank = await declared.open({ folder, ports: { log: memoryLog(), keys: ring, clock, timers } })
  questions = 0
  keys.clear()
  keys.set('ada', () => ({ id: 'ada', permissions: ['live:read'] }))
  ask = fetchHandler(bank, {
    authenticate(request) {
      questions++
      return keys.get(request.header('x-key') ?? '')?.()
    },
  })
})
afterEach(async () => {
  await bank.close()
  await rm(folder, { recursive: true })
})

const subscribe = (path: string, headers: Record<string, string> = { 'x-key': 'ada' }) =>
  readSse(`http://localhost/_heddle/live${path}`, headers, ask)
const put = async (cents: number) => {
  await bank.callOrThrow(putAccount, { id: 'a', owner: 'ada', cents })
  await time.advance(20)
}
const textsOf = (message: Awaited<ReturnType<SseReader['next']>>) =>
  (message!.data as { data: { text: string } }).data.text

test('who is taken out is disconnected within 5 seconds, and gets nothing after it', async () => {
  await put(1)
  await using query = await subscribe('/live/FindAccount?id=a')
  await using events = await subscribe('/events?on=live.Told')
  expect(await query.next()).toMatchObject({ data: { cents: 1 } })
  keys.set('ada', () => undefined)
  await time.advance(5000)
  await bank.callOrThrow(tell, { texts: ['too late'] })
  await put(2)
  for (const live of [query, events]) {
    expect(await live.next()).toMatchObject({ event: 'errors', data: [{ code: 'Unauthenticated' }] })
    expect(await live.next()).toBeUndefined()
  }
  expect((await subscribe('/live/FindAccount?id=a')).status).toBe(401)
})

test('who loses a permission loses what needs it, and keeps the rest', async () => {
  await put(1)
  await using query = await subscribe('/live/FindAccount?id=a')
  await using events = await subscribe('/events?on=live.Told')
  await query.next()
  keys.set('ada', () => ({ id: 'ada', permissions: [] }))
  await time.advance(5000)
  expect(await query.next()).toMatchObject({ event: 'errors', data: [{ code: 'Denied' }] })
  expect(await query.next()).toBeUndefined()
  await bank.callOrThrow(tell, { texts: ['still'] })
  expect(textsOf(await events.next())).toBe('still')
})

test('equal credentials are asked for once, whatever else their requests say', async () => {
  const all = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      subscribe('/events?on=live.Told', { 'x-key': 'ada', 'x-else': `${index}` }),
    ),
  )
  const before = questions
  await time.advance(2000)
  expect(questions).toBe(before + 1)
  for (const live of all) live.close()
})

test('who is taken out takes nobody else along', async () => {
  keys.set('bob', () => ({ id: 'bob', permissions: [] }))
  await using ada = await subscribe('/events?on=live.Told')
  await using bob = await subscribe('/events?on=live.Told', { 'x-key': 'bob' })
  await using stranger = await subscribe('/events?on=live.Told', {})
  keys.delete('ada')
  await time.advance(5000)
  await bank.callOrThrow(tell, { texts: ['for the others'] })
  expect(await ada.next()).toMatchObject({ event: 'errors' })
  expect([textsOf(await bob.next()), textsOf(await stranger.next())]).toEqual(['for the others', 'for the others'])
})

test('while it cannot be found out who is connected, nobody is disconnected for half a minute', async () => {
  await using live = await subscribe('/events?on=live.Told')
  keys.set('ada', () => {
    throw new Error('the session store is down')
  })
  await time.advance(20_000)
  await bank.callOrThrow(tell, { texts: ['still here'] })
  expect(textsOf(await live.next())).toBe('still here')
  await time.advance(20_000)
  expect(await live.next()).toMatchObject({ event: 'errors', data: [{ code: 'Unavailable' }] })
})

test('a silent connection beats, and each beat moves the place at which its client goes on', async () => {
  await using live = await subscribe('/events?on=live.Told')
  const next = live.next()
  await put(1)
  // The account that was put is an event too, of which this client is not told.
  while (!live.comments.includes('id: 1')) await time.advance(15_000)
  await bank.callOrThrow(tell, { texts: ['heard'] })
  expect(textsOf(await next)).toBe('heard')
})

test('who reads slowly gets the newest answer of a query, and every event', async () => {
  await put(0)
  await using query = await subscribe('/live/FindAccount?id=a')
  await using events = await subscribe('/events?on=live.Told')
  expect(await query.next()).toMatchObject({ data: { cents: 0 } })
  for (let cents = 1; cents <= 60; cents++) {
    await put(cents)
    await bank.callOrThrow(tell, { texts: Array.from({ length: 30 }, (_, index) => `${cents}/${index}`) })
  }
  const seen: number[] = []
  while (seen.at(-1) !== 60) seen.push(((await query.next())!.data as { cents: number }).cents)
  expect(seen.length).toBeLessThan(60)
  expect(seen).toEqual(seen.toSorted((left, right) => left - right))
  const texts: string[] = []
  while (texts.length < 1800) texts.push(textsOf(await events.next()))
  expect(texts).toEqual(
    Array.from({ length: 60 }, (_, at) => Array.from({ length: 30 }, (_, index) => `${at + 1}/${index}`)).flat(),
  )
})

test('a query that changes at every moment is asked a few times only', async () => {
  await put(0)
  await using live = await subscribe('/live/SumCents')
  expect(await live.next()).toMatchObject({ data: 0 })
  const before = asked.sums
  for (let cents = 1; cents <= 100; cents++) await bank.callOrThrow(putAccount, { id: 'a', owner: 'ada', cents })
  await time.advance(1000)
  expect(await live.next()).toMatchObject({ data: 100 })
  expect(asked.sums - before).toBeLessThan(5)
})

test('what is kept of calls is no reason to ask a query again, also where it may rest on anything', async () => {
  await put(1)
  await using live = await subscribe('/live/CountAll')
  expect(await live.next()).toMatchObject({ data: 1 })
  const before = asked.counts
  // Each answer is a call that the history keeps a little later.
  for (let times = 0; times < 20; times++) await time.advance(500)
  expect(asked.counts).toBe(before)
  await bank.callOrThrow(putAccount, { id: 'b', owner: 'ada', cents: 1 })
  await time.advance(20)
  expect(await live.next()).toMatchObject({ data: 2 })
})

test('a server that ends tells its subscribers what was, and does not wait for them', async () => {
  const { declared, served } = liveBank(sqlite() as Part)
  const bare = await declared.open({ folder: join(folder, 'ending'), ports: { log: memoryLog() } })
  await bare.start()
  const url = `${served.url}/_heddle/live/events?on=live.Told`
  await using live = await readSse(url)
  await bare.callOrThrow(tell, { texts: ['before the end'] })
  expect(textsOf(await live.next())).toBe('before the end')
  const closed = bare.close({ graceMs: 60_000 })
  expect(await live.next()).toBeUndefined()
  await closed
  expect((await fetch(url).catch(() => undefined))?.status).toBeUndefined()
})

test('a call that streams ends too when its caller is taken out', async () => {
  await using stream = await readSse('http://localhost/live/TellForEver', { 'x-key': 'ada' }, ask)
  expect(await stream.next()).toMatchObject({ event: 'item', data: 1 })
  keys.set('ada', () => undefined)
  await time.advance(5000)
  let last = await stream.next()
  for (let next = last; next; next = await stream.next()) last = next
  expect(last).toMatchObject({ event: 'errors', data: [{ code: 'Unauthenticated' }] })
})

test('who leaves, also at once, leaves nothing behind', async () => {
  const hub = liveHubOf(bank)!
  const gone = AbortSignal.abort()
  const what = { kind: 'events', on: ['live.Told'] } as const
  const opened = await hub.subscribe(what, { caller: sameCaller({ as: null }), signal: gone, surface: 'test' })
  expect(opened.ok && (await opened.value.next())).toBeUndefined()
  expect(hub.open).toBe(0)
  const live = await subscribe('/events?on=live.Told')
  expect(hub.open).toBe(1)
  live.close()
  while (hub.open > 0) await time.advance(1)
})

test('to subscribe counts as a call', async () => {
  const limited = fetchHandler(bank, { rateLimits: [{ name: 'calls', limit: 2, per: '1m' }] })
  const ask = async () => (await readSse('http://localhost/_heddle/live/events?on=live.Told', {}, limited)).status
  expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429])
})

test('events that were removed meanwhile are told to be missing, and those after them come', async () => {
  const lastId = async () => String(await bank.ports.feed!.last())
  await bank.callOrThrow(tell, { texts: ['one'] })
  const id = await lastId()
  await bank.callOrThrow(tell, { texts: ['two', 'three'] })
  const database = databaseOf(bank.ports, 'live')
  const rows = (await database.readEvents({ after: 0, limit: 10 })).rows.slice(0, 2)
  const writes = rows.map(({ table, row }) => ({
    kind: 'delete' as const,
    table,
    key: row[1] as number,
    version: row[0],
  }))
  await database.commit({ tenant: '', checks: [], writes })
  await using live = await subscribe('/events?on=live.Told', { 'last-event-id': id })
  expect(await live.next()).toEqual({ event: 'behind', id: '2', data: { from: 2, to: 2 } })
  expect(textsOf(await live.next())).toBe('three')
  await using fromFirst = await subscribe('/events?on=live.Told&after=0')
  expect(textsOf(await fromFirst.next())).toBe('three')
})

test('a query that fails for good ends the subscription with its errors, and can be subscribed to again', async () => {
  await put(5)
  await using live = await subscribe('/live/FindAccount?id=a')
  expect(await live.next()).toMatchObject({ data: { cents: 5 } })
  await bank.callOrThrow(dropAccount, { id: 'a' })
  await time.advance(20)
  expect(await live.next()).toMatchObject({ event: 'errors', data: [{ code: 'NoAccount' }] })
  expect(await live.next()).toBeUndefined()
  expect((await subscribe('/live/FindAccount?id=a')).status).toBe(422)
  await put(6)
  await using again = await subscribe('/live/FindAccount?id=a')
  expect(await again.next()).toMatchObject({ data: { cents: 6 } })
})

test('an app without a database has nothing to push', async () => {
  const ports = createPorts({ log: memoryLog() })
  const { declared } = liveBank(sqlite() as Part)
  const bare = await declared.open({ folder: join(folder, 'bare'), ports })
  const answer = await fetchHandler(bare)(new Request('http://localhost/_heddle/live/events'))
  expect(answer.status).toBe(404)
  await bare.close()
})
