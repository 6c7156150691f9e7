// needs: redis-server
import { type AnyEvent, type AppDefinition, type DeadLetter, event, keyRing, pii } from '@heddle/core'
import { eventsOf, postgres } from '@heddle/data'
import { Redis } from 'ioredis'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '../../../../../scripts/services/fresh-database.ts'
import { startRedis } from '../../../../../scripts/services/redis.ts'
import { type Home, Named, openWith, sayName, tell, Told, toldTo } from '../../../fixtures/told.ts'
import { type EventsFromRedisOptions, eventsFromRedis } from './from-redis.ts'
import { eventsToRedis } from './to-redis.ts'

const server = await startRedis()
const redis = new Redis(server.url)
redis.on('error', () => undefined)
const root = mkdtempSync(join(tmpdir(), 'heddle-told-'))
const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
  redis.disconnect()
  await server.remove()
  rmSync(root, { recursive: true, force: true })
})
const at = { url: server.url }
let folders = 0
const open = async (parts: AppDefinition['parts'], home: Partial<Home> = {}) => {
  const opened = await openWith(parts, { folder: join(root, `${++folders}`), ...home })
  closing.push(() => opened.app.close())
  return opened
}
const openSender = (stream: string, more: object = {}, home: Partial<Home> = {}) =>
  open([tell, sayName, eventsToRedis(at, { stream, events: [Told], ...more })], home)
const openTaker = (stream: string, more: Partial<EventsFromRedisOptions> = {}, home: Partial<Home> = {}) =>
  open([eventsFromRedis(at, { stream, group: 'takers', events: [Told], ...more })], home)
const soon = { timeout: 15_000, interval: 20 }
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
type Opened = Awaited<ReturnType<typeof open>>
const tellAll = async ({ app }: Opened, lanes: readonly string[], numbers: readonly number[]) => {
  for (const n of numbers)
    await Promise.all(lanes.map((lane) => app.callOrThrow(tell, { lane, n }, { tenant: 'main' })))
}
const detailOf = async ({ app }: Opened, kind: string) =>
  (await app.parts.find((part) => part.kind.name === kind)!.health!()).detail

test('what one app emits is emitted in the other, in order per key, with its id, tenant and trace', async () => {
  const [sender, taker] = [await openSender('plain'), await openTaker('plain')]
  await tellAll(sender, ['a', 'b', 'c'], upTo(100))
  await expect.poll(() => toldTo(taker.app), soon).toEqual({ a: upTo(100), b: upTo(100), c: upTo(100) })
  await sender.app.callOrThrow(
    tell,
    { lane: 'd', n: 1 },
    { tenant: 'acme', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' },
  )
  const seen = async (opened: Opened) =>
    (await eventsOf(opened.app).read({ on: [Told], tenant: 'acme' })).map(({ id, key, data, traceId }) => ({
      id,
      key,
      data,
      traceId,
    }))
  await expect.poll(async () => (await seen(taker)).length, soon).toBe(1)
  expect(await seen(taker)).toEqual(await seen(sender))
  expect(await detailOf(sender, 'eventsToRedis')).toEqual({ state: 'connected', behind: 0 })
  await expect
    .poll(() => detailOf(taker, 'eventsFromRedis'), soon)
    .toEqual({ state: 'connected', pending: 0, behind: 0 })
})

test('each group gets every event, and an event that comes again is taken once', async () => {
  const sender = await openSender('broadcast')
  const takers = [await openTaker('broadcast', { group: 'one' }), await openTaker('broadcast', { group: 'other' })]
  await tellAll(sender, ['a'], upTo(20))
  for (const { app } of takers) await expect.poll(() => toldTo(app), soon).toEqual({ a: upTo(20) })
  // As a sender does that could not keep its place before it died.
  for (const [, fields] of await redis.xrange('broadcast', '-', '+')) await redis.xadd('broadcast', '*', ...fields)
  await tellAll(sender, ['a'], [21])
  for (const { app } of takers) await expect.poll(() => toldTo(app), soon).toEqual({ a: upTo(21) })
})

test('processes of a group share its events, and those of one key stay in order', async () => {
  const url = await freshDatabase()
  const sender = await openSender('shared')
  const takers = [
    await openTaker('shared', {}, { database: postgres(url) }),
    await openTaker('shared', {}, { database: postgres(url) }),
  ]
  await tellAll(sender, ['a', 'b', 'c', 'd'], upTo(300))
  const all = { a: upTo(300), b: upTo(300), c: upTo(300), d: upTo(300) }
  await expect.poll(() => toldTo(takers[0]!.app), { ...soon, timeout: 60_000 }).toEqual(all)
  const consumers = (await redis.call('XINFO', 'CONSUMERS', 'shared', 'takers')) as unknown[]
  expect(consumers).toHaveLength(2)
})

test('of several processes that share a database one sends, and another goes on where it stopped', async () => {
  const home = { database: postgres(await freshDatabase()) }
  const parts = [tell, eventsToRedis(at, { stream: 'turns', events: [Told] })]
  const first = await openWith(parts, { folder: join(root, 'turns'), ...home })
  const second = await openSender('turns', {}, home)
  const numbers = async () =>
    (await redis.xrange('turns', '-', '+')).map(
      ([, fields]) => (JSON.parse(fields[fields.indexOf('data') + 1]!) as { n: number }).n,
    )
  await tellAll(first, ['a'], upTo(10))
  await tellAll(second, ['a'], upTo(20).slice(10))
  await expect.poll(numbers, soon).toEqual(upTo(20))
  await first.app.close()
  await tellAll(second, ['a'], upTo(30).slice(20))
  await expect.poll(numbers, soon).toEqual(upTo(30))
})

test('what a process that is gone had in hand is taken by another, before what came after it', async () => {
  const sender = await openSender('abandoned')
  await redis.xgroup('CREATE', 'abandoned', 'takers', '0', 'MKSTREAM')
  await tellAll(sender, ['a', 'b'], upTo(5))
  await expect.poll(() => redis.xlen('abandoned'), soon).toBe(10)
  await redis.xreadgroup('GROUP', 'takers', 'dead', 'COUNT', 4, 'STREAMS', 'abandoned', '>')
  const taker = await openTaker('abandoned', { claimAfterMs: 1500 })
  await expect.poll(() => toldTo(taker.app), soon).toEqual({ a: upTo(5), b: upTo(5) })
})

test('events wait in the database while Redis is away, and none is lost when it comes back', async () => {
  const [sender, taker] = [await openSender('away'), await openTaker('away')]
  await tellAll(sender, ['a'], upTo(10))
  await server.stop()
  await tellAll(sender, ['a'], upTo(200).slice(10))
  await expect.poll(() => detailOf(sender, 'eventsToRedis'), soon).toMatchObject({ state: 'away' })
  expect(await detailOf(taker, 'eventsFromRedis')).toMatchObject({ state: 'away' })
  await server.start()
  await expect.poll(() => toldTo(taker.app), soon).toEqual({ a: upTo(200) })
  await server.stop('SIGKILL')
  await tellAll(sender, ['a'], [201])
  await server.start()
  await expect.poll(() => toldTo(taker.app), soon).toEqual({ a: upTo(201) })
})

test('both start without their Redis, and find it when it is there', async () => {
  await server.stop()
  const [sender, taker] = [await openSender('late'), await openTaker('late')]
  await tellAll(sender, ['a'], [1, 2])
  await server.start()
  await expect.poll(() => toldTo(taker.app), soon).toEqual({ a: [1, 2] })
})

test('a stream that Redis lost is begun anew, and all that is sent from then on is taken', async () => {
  const [sender, taker] = [await openSender('lost'), await openTaker('lost')]
  await tellAll(sender, ['a'], [1])
  await expect.poll(() => toldTo(taker.app), soon).toEqual({ a: [1] })
  await redis.del('lost')
  await tellAll(sender, ['a'], [2, 3])
  await expect.poll(() => toldTo(taker.app), soon).toEqual({ a: [1, 2, 3] })
})

test('a message that does not fit becomes a dead letter that says where it came from, and holds up nothing', async () => {
  const [sender, taker] = [await openSender('bad'), await openTaker('bad')]
  const message = {
    id: 'x1',
    name: 'shop.Told',
    version: '1',
    tenant: 'main',
    key: 'a',
    at: '2026-01-01T00:00:00.000Z',
  }
  const add = (changes: object, data: string) =>
    redis.xadd('bad', '*', ...Object.entries({ ...message, ...changes, data }).flat())
  const ids = [
    await add({}, '{"lane":"a","n":"one"}'),
    await add({ id: 'x2', version: '2' }, '{"lane":"a","n":1}'),
    await add({ id: 'x3' }, '{'),
    await redis.xadd('bad', '*', 'name', 'shop.Told'),
  ]
  await add({ id: 'x4', name: 'shop.Unknown' }, '{}')
  await tellAll(sender, ['a'], [1])
  await expect.poll(() => toldTo(taker.app), soon).toEqual({ a: [1] })
  const letters = await taker.app.ports.deadLetters.list({ tenant: 'main' })
  const told = letters.map(({ command, origin, errors }) => [command, origin, errors[0]!.code])
  expect(told.toSorted(([, one], [, other]) => (one! < other! ? -1 : 1))).toEqual([
    ['takers.TakeBadEvents', `bad:${ids[0]}`, 'DoesNotFit'],
    ['takers.TakeBadEvents', `bad:${ids[1]}`, 'DoesNotFit'],
    ['takers.TakeBadEvents', `bad:${ids[2]}`, 'MalformedInput'],
    ['takers.TakeBadEvents', `bad:${ids[3]}`, 'MalformedInput'],
  ])
  expect(letters.find(({ origin }) => origin === `bad:${ids[0]}`)!.input).toMatchObject({
    id: 'x1',
    name: 'shop.Told',
    data: { lane: 'a', n: 'one' },
  })
  await expect.poll(() => detailOf(taker, 'eventsFromRedis'), soon).toMatchObject({ pending: 0 })
})

test('a dead letter is taken when it is replayed by an app that knows what to make of it', async () => {
  const folder = join(root, 'mended')
  const parts = (events: readonly [AnyEvent]) => [eventsFromRedis(at, { stream: 'mended', group: 'takers', events })]
  const before = await openWith(parts([Told]), { folder })
  const data = '{"lane":"a","number":7}'
  const facts = { id: 'y1', name: 'shop.Told', version: '1', tenant: 'main', at: '2026-01-01T00:00:00.000Z', data }
  await redis.xadd('mended', '*', ...Object.entries(facts).flat())
  const letters = () => before.app.ports.deadLetters.list({ tenant: 'main' })
  await expect.poll(async () => (await letters()).length, soon).toBe(1)
  const [{ command, input }] = (await letters()) as [DeadLetter]
  await before.app.close()
  const Mended = event('shop.Told', {
    data: z.object({ lane: z.string(), n: z.int() }),
    version: 2,
    upcast: { 1: ({ lane, number }: { lane: string; number: number }) => ({ lane, n: number }) },
  })
  const after = await open(parts([Mended]), { folder })
  const as = { id: 'ops', permissions: ['heddle:operate'] }
  expect(await after.app.callByName(command, input, { as, from: 'json' })).toMatchObject({ ok: true })
  expect(await eventsOf(after.app).read({ on: [Mended] })).toMatchObject([{ id: 'y1', data: { lane: 'a', n: 7 } }])
})

test('an app gets the fields that it declares', async () => {
  const Less = event('shop.Told', { data: z.object({ n: z.int() }) })
  const [sender, taker] = [await openSender('less'), await openTaker('less', { events: [Less] })]
  await tellAll(sender, ['a'], [1])
  const data = async () => (await eventsOf(taker.app).read({ on: [Less] })).map((one) => one.data)
  await expect.poll(data, soon).toEqual([{ n: 1 }])
})

test('data of an older version becomes the newest where the app says how', async () => {
  const Newer = event('shop.Told', {
    data: z.object({ lane: z.string(), n: z.int(), unit: z.string() }),
    version: 2,
    upcast: { 1: (old: object) => ({ ...old, unit: 'm' }) },
  })
  const [sender, taker] = [await openSender('older'), await openTaker('older', { events: [Newer] })]
  await tellAll(sender, ['a'], [1])
  const data = async () => (await eventsOf(taker.app).read({ on: [Newer] })).map((one) => one.data)
  await expect.poll(data, soon).toEqual([{ lane: 'a', n: 1, unit: 'm' }])
})

test('marked data is encrypted on its way, and read by an app with the same key', async () => {
  const key = (id: string) => ({ id, bytes: new Uint8Array(32).fill(id.charCodeAt(0)) })
  const keys = keyRing([key('a')])
  const sender = await openSender('marked', { events: [Named], marked: 'encrypted' }, { keys })
  const knows = await openTaker('marked', { events: [Named], group: 'knows' }, { keys })
  const lacks = await openTaker('marked', { events: [Named], group: 'lacks' }, { keys: keyRing([key('b')]) })
  await sender.app.callOrThrow(sayName, { name: 'Ada Lovelace' }, { tenant: 'main' })
  const named = async () => (await eventsOf(knows.app).read({ on: [Named] })).map(({ data }) => data)
  await expect.poll(named, soon).toEqual([{ name: 'Ada Lovelace' }])
  expect(JSON.stringify(await redis.xrange('marked', '-', '+'))).not.toContain('Ada')
  // The key may come with the next start, so nothing is lost.
  await expect
    .poll(() => detailOf(lacks, 'eventsFromRedis'), soon)
    .toMatchObject({ pending: 1, trouble: expect.stringContaining('there is no key with the id "a"') })
  expect(await lacks.app.ports.deadLetters.list({ tenant: 'main' })).toEqual([])
})

test('an app without keys does not start to send encrypted data', async () => {
  await expect(openSender('keyless', { events: [Named], marked: 'encrypted' })).rejects.toMatchObject({
    code: 'InvalidConfig',
  })
})

test('the stream holds about as many entries as it is told to', async () => {
  const sender = await openSender('short', { keep: 100 })
  await tellAll(sender, ['a', 'b', 'c', 'd'], upTo(250))
  await expect.poll(() => detailOf(sender, 'eventsToRedis'), soon).toMatchObject({ behind: 0 })
  expect(await redis.xlen('short')).toBeLessThan(300)
})

test('a process that ends leaves nothing behind, and what it had in hand is there for others at once', async () => {
  const sender = await openSender('left')
  const taker = await openWith([eventsFromRedis(at, { stream: 'left', group: 'takers', events: [Told] })], {
    folder: join(root, 'left'),
  })
  await tellAll(sender, ['a'], upTo(50))
  await taker.app.close()
  // Its name stands there only as long as others have not taken what it had in hand.
  const known = (await redis.call('XINFO', 'CONSUMERS', 'left', 'takers')) as (string | number)[][]
  expect(known.filter((facts) => facts[facts.indexOf('pending') + 1] === 0)).toEqual([])
  const next = await openTaker('left', {}, { folder: join(root, 'left') })
  await expect.poll(() => toldTo(next.app), soon).toEqual({ a: upTo(50) })
})

test('an app that would take what it sends itself does not open', async () => {
  const parts = [
    eventsToRedis(at, { stream: 'circle', events: [Told] }),
    eventsFromRedis(at, { stream: 'circle', group: 'takers', events: [Told] }),
  ]
  await expect(openWith(parts, { folder: join(root, 'circle') })).rejects.toMatchObject({ code: 'InvalidDefinition' })
})

test('an event with marked data is refused until something says how it is sent', () => {
  const Marked = event('shop.Marked', { data: z.object({ email: pii(z.email()) }) })
  expect(() => eventsToRedis(at, { stream: 'any', events: [Marked] })).toThrow(
    'the data of shop.Marked is marked; say with `marked` whether it is sent',
  )
  expect(() => eventsToRedis(at, { stream: 'any', events: [Marked], marked: 'plain' })).not.toThrow()
})
