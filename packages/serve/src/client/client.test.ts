import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { echo, forget, orderItem, orders, stock } from '../../test/client-app.ts'
import { clientAndServer } from '../../test/generated-client.ts'
import type { HttpOptions } from '../index.ts'
import type { AnyCommand, Outcome } from './index.ts'
import { clientOf } from './runtime/client.ts'

afterEach(() => {
  stock.clear()
  orders.length = 0
})

const day = new Date('2026-03-01T10:00:00.000Z')
const kinds = {
  at: day,
  days: [day, day],
  big: 2n ** 70n,
  until: day,
  place: { kind: 'hotel', since: day },
  pair: ['a', day],
  byName: { a: day },
  tree: { at: day, children: [{ at: day, children: [] }] },
  maybe: null,
  text: '2026-03-01T10:00:00Z',
}

const codesOf = (outcome: Outcome<unknown>) => (outcome.ok ? [] : outcome.errors.map(({ code }) => code))

test.each([{}, { batch: true }])('what JSON does not have arrives as it was sent (%o)', async (how) => {
  await using shop = await clientAndServer()
  const client = shop.clientOf(how)
  const others = { until: 'never', place: { kind: 'tent', size: 3n, since: '2026-03-01T10:00:00.000Z' }, maybe: day }
  const [one, other] = await Promise.all([
    client.call(shop.commands.echo!, kinds),
    client.call(shop.commands.echo!, { ...kinds, ...others }),
  ])
  expect(one).toEqual({ ok: true, value: kinds })
  expect(other).toEqual({ ok: true, value: { ...kinds, ...others } })
})

test('a declared error arrives with its data, and the errors of an input with their places', async () => {
  await using shop = await clientAndServer()
  const client = shop.clientOf()
  expect(await client.call(shop.commands.orderItem!, { item: 'loom' })).toMatchObject({
    ok: false,
    errors: [{ code: 'SoldOut', key: 'domain:SoldOut', data: { until: new Date('2027-01-01') }, retry: 'never' }],
  })
  expect(await client.call(shop.commands.orderItem!, { item: '', quantity: 0 })).toMatchObject({
    errors: [{ key: 'data/item:TooSmall' }, { key: 'data/quantity:TooSmall' }],
  })
  await expect(client.callOrThrow(shop.commands.orderItem!, { item: 'loom' })).rejects.toThrow('domain:SoldOut')
})

test('a call that gives nothing succeeds with nothing', async () => {
  await using shop = await clientAndServer()
  expect(await shop.clientOf().call(shop.commands.forget!, { item: 'a' })).toEqual({ ok: true, value: undefined })
})

test('an error that says after which time is tried again, within the retries', async () => {
  await using shop = await clientAndServer()
  stock.set('busy', 5)
  const outcome = await shop.clientOf().call(shop.commands.orderItem!, { item: 'busy' })
  expect([outcome.ok, orders]).toEqual([true, ['refused', 'refused', 'refused', 'busy']])
  orders.length = 0
  expect(codesOf(await shop.clientOf({ retries: 0 }).call(shop.commands.orderItem!, { item: 'busy' }))).toEqual([
    'Busy',
  ])
})

test('a connection that breaks after the command ran does not make it run twice', async () => {
  await using shop = await clientAndServer()
  stock.set('loom', 5)
  let breaks = 1
  const client = shop.clientOf({
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      if (breaks-- > 0) throw new TypeError('the connection broke')
      return response
    },
  })
  expect(await client.call(shop.commands.orderItem!, { item: 'loom' })).toMatchObject({ ok: true, value: { left: 4 } })
  expect(orders).toEqual(['loom'])
})

test('a server that is not there is Unavailable, and so is the page of a proxy', async () => {
  await using shop = await clientAndServer()
  const away = shop.clientOf({ url: 'http://127.0.0.1:1', retries: 0 })
  expect(codesOf(await away.call(shop.commands.echo!, kinds))).toEqual(['Unavailable'])
  const proxy = createServer((_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>'))
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  expect(await shop.clientOf({ url, retries: 0 }).call(shop.commands.echo!, kinds)).toMatchObject({
    errors: [{ code: 'Unavailable', data: { reason: 'it answered 502' } }],
  })
  proxy.close()
})

test('a call ends when its caller no longer wants it, or when its time is over', async () => {
  await using shop = await clientAndServer()
  const client = shop.clientOf()
  const controller = new AbortController()
  const waiting = client.call(shop.commands.wait!, {}, { signal: controller.signal })
  controller.abort()
  expect(codesOf(await waiting)).toEqual(['Cancelled'])
  expect(codesOf(await client.call(shop.commands.wait!, {}, { signal: controller.signal }))).toEqual(['Cancelled'])
  for (const batch of [true, false])
    expect(codesOf(await client.call(shop.commands.wait!, {}, { timeout: '30ms', batch }))).toEqual([
      'DeadlineExceeded',
    ])
})

test('after a 401 new credentials are asked for once, however many calls wait for them', async () => {
  await using shop = await clientAndServer()
  stock.set('loom', 50)
  const asked: boolean[] = []
  let token = 'Bearer old'
  const client = shop.clientOf({
    async authorization(again) {
      asked.push(again)
      if (again) token = 'Bearer ana'
      return token
    },
  })
  const calls = Array.from({ length: 5 }, () => client.call(shop.commands.orderItem!, { item: 'loom' }))
  expect((await Promise.all(calls)).map(({ ok }) => ok)).toEqual([true, true, true, true, true])
  expect(asked.filter((again) => again)).toHaveLength(1)
  const stranger = shop.clientOf({ authorization: () => 'Bearer nobody' })
  expect(codesOf(await stranger.call(shop.commands.orderItem!, { item: 'loom' }))).toEqual(['Unauthenticated'])
})

test('calls of one turn go as one request, and each has its own outcome', async () => {
  await using shop = await clientAndServer()
  stock.set('loom', 1)
  const paths: string[] = []
  const client = shop.clientOf({
    batch: true,
    fetch: (url, init) => {
      paths.push(new URL(url).pathname)
      return fetch(url, init)
    },
  })
  const { orderItem, forget } = shop.commands as Record<string, AnyCommand>
  const outcomes = await Promise.all([
    client.call(orderItem!, { item: 'loom' }),
    client.call(orderItem!, { item: 'none' }),
    client.call(forget!, { item: 'x' }),
    client.call(orderItem!, { item: '' }),
  ])
  expect(outcomes.map(codesOf)).toEqual([[], ['SoldOut'], [], ['TooSmall']])
  expect(paths).toEqual(['/_heddle/batch'])
})

test('a call of a batch that nobody waits for ends at the server too, while the others go on', async () => {
  await using shop = await clientAndServer()
  let answered: ReadableStreamDefaultReader<string> | undefined
  const client = shop.clientOf({
    batch: true,
    async fetch(url, init) {
      const response = await fetch(url, init)
      if (new URL(url).pathname !== '/_heddle/batch') return response
      const [own, shown] = response.body!.tee()
      answered = shown.pipeThrough(new TextDecoderStream()).getReader()
      return new Response(own, response)
    },
  })
  const controllers = [new AbortController(), new AbortController()] as const
  const [one, other] = controllers.map(({ signal }) => client.call(shop.commands.wait!, {}, { signal }))
  await client.call(shop.commands.forget!, { item: 'x' })
  expect(JSON.parse((await answered!.read()).value!)).toMatchObject({ at: 2 })
  controllers[1].abort()
  expect(codesOf(await other!)).toEqual(['Cancelled'])
  const { value } = await answered!.read()
  expect(JSON.parse(value!)).toMatchObject({ at: 1 })
  controllers[0].abort()
  expect(codesOf(await one!)).toEqual(['Cancelled'])
})

test('items come as they are made, and the outcome behind them', async () => {
  await using shop = await clientAndServer()
  const progress: unknown[] = []
  const told = shop.clientOf().stream(shop.commands.tell!, { days: 3 }, { onProgress: (each) => progress.push(each) })
  const days: unknown[] = []
  for await (const item of told) days.push((item as unknown as { day: Date }).day.getUTCDate())
  expect([days, await told.outcome()]).toEqual([[1, 2, 3], { ok: true, value: { told: 3n } }])
  expect(progress.at(-1)).toEqual({ done: 3, total: 3 })
})

test('a stream ends with its errors, and is cancelled where its loop is left', async () => {
  await using shop = await clientAndServer()
  const client = shop.clientOf()
  expect(codesOf(await client.stream(shop.commands.tell!, { days: 20 }).outcome())).toEqual(['TooMany'])
  const left = client.stream(shop.commands.tell!, { days: 8 })
  for await (const _ of left) break
  expect(codesOf(await left.outcome())).toEqual(['Cancelled'])
})

test('a file goes up with the fields beside it, and comes down', async () => {
  await using shop = await clientAndServer()
  const client = shop.clientOf()
  const photo = new File(['bytes'], 'cat.png', { type: 'image/png' })
  const put = await client.call(shop.commands.putFile!, { title: 'Cat & Co', at: day, tags: ['a', 'b'], photo })
  expect(put).toEqual({ ok: true, value: { text: `Cat & Co ${day.getTime()} a+b cat.png bytes` } })
  const bare = await client.call(shop.commands.putFile!, { title: 'Cat', at: day, tags: [], photo })
  expect(bare).toMatchObject({ ok: true, value: { text: `Cat ${day.getTime()}  cat.png bytes` } })
  const got = await client.callOrThrow(shop.commands.getFile!, { text: 'hello' })
  const file = got as { name: string; type: string; text(): Promise<string> }
  expect([file.name, file.type, await file.text()]).toEqual(['größe.txt', 'text/plain', 'hello'])
})

test('a client learns at connect whether the server fits it', async () => {
  await using shop = await clientAndServer()
  expect(await shop.clientOf().connect()).toMatchObject({ ok: true, value: { verdict: 'safe', changes: [] } })
  const { orderItem, echo } = shop.commands as Record<string, AnyCommand>
  const gone = { ...orderItem!, name: 'shop.Gone' }
  // As a client from an older app would ask it.
  const older = shop.clientOf({
    fetch: (url, init) =>
      fetch(url, { ...init, body: JSON.stringify({ ...JSON.parse(String(init.body)), manifest: 'f'.repeat(64) }) }),
  })
  expect(await older.connect([echo!])).toMatchObject({ ok: true, value: { verdict: 'safe' } })
  expect(await older.connect([echo!, gone])).toMatchObject({
    ok: false,
    errors: [{ code: 'Incompatible', data: { changes: [{ item: 'command shop.Gone' }] } }],
  })
})

test('a client of another app is incompatible at connect', async () => {
  await using shop = await clientAndServer()
  const stranger = clientOf({ app: 'store', manifest: 'f'.repeat(64) }, { url: shop.url })
  expect(await stranger.connect()).toMatchObject({
    ok: false,
    errors: [{ code: 'Incompatible', data: { changes: [{ item: 'app store', level: 'breaking' }] } }],
  })
  const older = clientOf({ app: 'shop', manifest: 'f'.repeat(64) }, { url: shop.url })
  expect(await older.connect()).toMatchObject({ ok: true, value: { verdict: 'unknown' } })
})

test('commands of a surface that serves only routes are called at them', async () => {
  const routes = { 'POST /orders/{item}': orderItem, 'GET /echo/{text}': echo, 'PUT /stock/{item}': forget }
  await using shop = await clientAndServer({ commands: 'routes', routes } as HttpOptions)
  stock.set('a/b', 5)
  const client = shop.clientOf()
  const ordered = await client.call(shop.commands.orderItem!, { item: 'a/b', quantity: 2 })
  expect(ordered).toMatchObject({ ok: true, value: { left: 3 } })
  expect(await client.call(shop.commands.forget!, { item: 'a/b' })).toEqual({ ok: true, value: undefined })
  expect(stock.has('a/b')).toBe(false)
  expect(Object.keys(shop.commands).toSorted()).toEqual(['echo', 'forget', 'orderItem'])
})
