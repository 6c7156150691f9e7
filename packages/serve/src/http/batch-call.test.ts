import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { app } from '@heddle/core'
import { expect, test } from 'vitest'
import { serve, type Served } from '../../test/serving.ts'
import { order, sum } from '../../test/shop.ts'
import { fetchHandler } from './fetch-handler.ts'
import { linesOf } from './lines-of.ts'

const ana = { authorization: 'Bearer ana', 'content-type': 'application/x-ndjson' }
const linesIn = (body: unknown) =>
  (body as string)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { value?: unknown; errors?: { code: string; path: unknown[] }[] })
const short = (body: unknown) =>
  linesIn(body).map(({ value, errors }) => value ?? errors!.map(({ code, path }) => [code, ...path].join(' ')))
const send = ({ ask }: Served, path: string, body: string, headers: Record<string, string> = {}) =>
  ask(path, { method: 'POST', headers: { ...ana, ...headers }, body })

const orders = [
  '{"item":"loom","quantity":1}',
  '{"item":"loom","quantity":12}',
  '',
  '{"item":"loom","quantity":0}',
  '{"item":',
  '{"item":"reed","quantity":2}',
].join('\n')
const answers = [
  { item: 'loom', left: 9 },
  ['OutOfStock'],
  ['TooSmall quantity'],
  ['MalformedInput item'],
  { item: 'reed', left: 8 },
]

test('each line is a call, and is answered by a line in its place', async () => {
  await using served = await serve()
  const { status, headers, body } = await send(served, '/shop/Order', orders)
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
  expect(short(body)).toEqual(answers)
  expect(short((await send(served, '/shop/Sum', '{"numbers":[1,1]}\r\n')).body)).toEqual([
    { total: '2', distinct: [1] },
  ])
  const handle = fetchHandler(await app('shop', { parts: [sum] }).open())
  const over = new Request('http://shop.example/shop/Sum', { method: 'POST', headers: ana, body: '{"numbers":[2]}' })
  expect(short(await (await handle(over)).text())).toEqual([{ total: '2', distinct: [2] }])
})

test('the key of a line is that of the request and its number, so all can be sent again', async () => {
  await using served = await serve()
  const key = { 'idempotency-key': 'night-1' }
  const first = await send(served, '/shop/Order', orders, key)
  expect((await send(served, '/shop/Order', orders, key)).body).toBe(first.body)
  const other = orders.replace('"reed"', '"heddle"')
  expect(short((await send(served, '/shop/Order', other, key)).body).at(-1)).toEqual(['KeyReused'])
  const alone = await served.post(
    '/shop/Order',
    { item: 'loom', quantity: 12 },
    { ...ana, 'content-type': 'application/json', 'idempotency-key': 'night-1/2' },
  )
  expect(alone.body).toMatchObject({ errors: [{ code: 'OutOfStock' }] })
})

test('lines are answered while others are still to come', async () => {
  await using served = await serve()
  const seen: string[] = []
  await new Promise<void>((resolve, reject) => {
    const sent = request(`${served.url}/shop/Sum`, { method: 'POST', headers: ana }, (incoming) => {
      const lines = createInterface({ input: incoming })
      lines.on('line', (line) => {
        seen.push(line)
        // The rest of the body is sent only because the first answer is here.
        if (seen.length === 1) sent.end('{"numbers":[7]}\n'.repeat(20))
      })
      lines.on('close', resolve)
    })
    sent.on('error', reject)
    sent.write('{"numbers":[5]}\n')
  })
  expect(seen).toHaveLength(21)
  expect(seen.at(-1)).toBe('{"value":{"total":"7","distinct":[7]}}')
})

test('a line beyond the limit ends the reading, and what came before is answered', async () => {
  await using served = await serve({ maxBodyBytes: 100 })
  const { body } = await send(served, '/shop/Sum', `{"numbers":[1]}\n${' '.repeat(101)}`)
  expect(short(body)).toEqual([{ total: '1', distinct: [1] }, ['TooLarge']])
})

test('each line counts where calls are limited', async () => {
  await using served = await serve({ rateLimits: [{ name: 'few', limit: 2, per: '1m', by: 'principal' }] })
  const { body } = await send(served, '/shop/Order', '{"item":"loom","quantity":1}\n'.repeat(4))
  expect(short(body)).toEqual([{ item: 'loom', left: 9 }, { item: 'loom', left: 9 }, ['RateLimited'], ['RateLimited']])
})

test('lines are refused where one input is wanted', async () => {
  await using served = await serve({ routes: { 'PUT /orders/{item}': order } })
  const refused = [
    await send(served, '/shop/Count', '{"to":1}'),
    await send(served, '/shop/Order', orders, { 'content-encoding': 'gzip' }),
    await served.ask('/orders/loom', { method: 'PUT', headers: ana, body: '{"quantity":1}' }),
  ]
  expect(refused.map(({ status }) => status)).toEqual([415, 415, 415])
  expect((await send(served, '/shop/Order', orders, { accept: 'application/json' })).status).toBe(406)
})

test('lines are the same however their bytes are cut', async () => {
  const bytes = Buffer.from('{"a":1}\n\n\r\n{"ä":2}\nlast')
  for (let cut = 0; cut <= bytes.byteLength; cut++) {
    const found: string[] = []
    async function* pieces() {
      yield bytes.subarray(0, cut)
      yield bytes.subarray(cut)
    }
    for await (const { bytes: line, line: number } of linesOf(pieces(), 100)) {
      found.push(`${number} ${Buffer.from(line).toString()}`)
    }
    expect(found).toEqual(['1 {"a":1}', '4 {"ä":2}', '5 last'])
  }
})
