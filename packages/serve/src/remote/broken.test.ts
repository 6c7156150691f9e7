import { app, memoryLog, type OpenApp } from '@heddle/core'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { billing, charge, charged, statements } from '../../test/billing.ts'
import type { RemoteOptions } from './options.ts'
import { remote } from './remote.ts'

/** What something in between does with each request, one after another; the last one goes on. */
type Act = (request: IncomingMessage, response: ServerResponse) => void

let server: Server
let acts: Act[]
let requests: IncomingMessage[]
let shop: OpenApp | undefined

beforeEach(async () => {
  requests = []
  server = createServer((request, response) => {
    request.resume()
    requests.push(request)
    const act = acts.length > 1 ? acts.shift()! : acts[0]!
    request.on('end', () => act(request, response))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterEach(async () => {
  await shop?.close()
  server.closeAllConnections()
  server.close()
})

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const breaks: Act = (request) => request.socket.destroy()
const answers =
  (json: unknown, status = 200, type = 'application/json'): Act =>
  (_, response) =>
    response.writeHead(status, { 'content-type': type }).end(typeof json === 'string' ? json : JSON.stringify(json))

const cents = answers({ cents: 7 })
const receipt = answers({ receipt: 'r', at: '2026-11-21T10:00:00.000Z', total: '5' })

/** An app that believes to call the billing app. */
async function calling(options: Partial<RemoteOptions>, ...then: Act[]) {
  acts = then
  const { manifest } = billing().declared
  const part = remote('billing', { manifest: manifest(), url: url(), allowPrivate: true, ...options })
  shop = await app('shop', { parts: [part] }).open({ ports: { log: memoryLog() } })
  return shop
}

const input = { account: 'acme', cents: 5 }

test('a query whose connection breaks is asked again', async () => {
  const open = await calling({}, breaks, cents)
  expect(await open.call(charged, { account: 'acme' })).toEqual({ ok: true, value: { cents: 7 } })
  expect(requests).toHaveLength(2)
})

test('a command whose connection breaks is not made again: it may have been done', async () => {
  const open = await calling({}, breaks, receipt)
  expect(await open.call(charge, input)).toMatchObject({ errors: [{ code: 'Unavailable', retry: 'never' }] })
  expect(requests).toHaveLength(1)
})

test('with a key it is made again, under the same key', async () => {
  const open = await calling({}, breaks, receipt)
  expect(await open.call(charge, input, { idempotencyKey: 'k' })).toMatchObject({ ok: true })
  const keys = requests.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toEqual([expect.stringMatching(/^k\//), keys[0]])
})

test('it is given up after `retries`', async () => {
  const open = await calling({ retries: 1 }, breaks)
  expect(await open.call(charged, { account: 'acme' })).toMatchObject({ errors: [{ code: 'Unavailable' }] })
  expect(requests).toHaveLength(2)
})

test('an answer that breaks in the middle is a broken connection', async () => {
  const half: Act = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"cents":', () => request.socket.destroy())
  }
  const open = await calling({}, half, cents)
  expect(await open.call(charged, { account: 'acme' })).toEqual({ ok: true, value: { cents: 7 } })
})

test.each([
  ['a page of a proxy', answers('<h1>Bad gateway</h1>', 502, 'text/html'), 'is answered with 502, and no outcome'],
  ['text that is no JSON', answers('{', 200), 'is answered with 200, and no outcome'],
  ['problem details without errors', answers({ title: 'no' }, 400, 'application/problem+json'), 'with 400'],
])('%s is no outcome', async (_, act, told) => {
  const open = await calling({ retries: 0 }, act)
  expect(await open.call(charged, { account: 'acme' })).toMatchObject({
    errors: [{ code: 'Unavailable', message: expect.stringContaining(told) }],
  })
})

test('an answer that is too large is refused, whether or not it says so before', async () => {
  const large = JSON.stringify({ cents: 7, rest: 'x'.repeat(2000) })
  const unsaid: Act = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write(large)
    response.end()
  }
  for (const act of [answers(large), unsaid]) {
    const open = await calling({ maxAnswerBytes: 1000 }, act)
    expect(await open.call(charged, { account: 'acme' })).toMatchObject({
      errors: [{ code: 'Unavailable', message: expect.stringContaining('more than 1000 bytes'), retry: 'never' }],
    })
    await open.close()
  }
})

test('a line of a stream that is too large, or that is none, ends it', async () => {
  const type = 'application/x-ndjson'
  for (const body of [
    `{"item":"${'x'.repeat(3000)}`,
    'no JSON\n',
    '{"item":{"day":"2026-11-21T10:00:00Z","cents":"1"}}\n',
  ]) {
    const open = await calling({ maxAnswerBytes: 1000, retries: 0 }, answers(body, 200, type))
    const days = open.stream(statements, { from: new Date(0), count: 1 })
    expect(await days.outcome).toMatchObject({ errors: [{ code: 'Unavailable', retry: 'never' }] })
    await open.close()
  }
})

test('more calls than may wait for a connection end at once', async () => {
  const held: ServerResponse[] = []
  const open = await calling({ connections: 1, waiting: 1, retries: 0 }, (_, response) => void held.push(response))
  const calls = [1, 2, 3].map(() => open.call(charged, { account: 'acme' }))
  expect(await calls[2]).toMatchObject({
    errors: [{ code: 'LimitReached', data: { name: 'remote.waiting', limit: 1 } }],
  })
  while (held.length === 0) await new Promise((resolve) => setImmediate(resolve))
  acts = [cents]
  cents(requests[0]!, held[0]!)
  expect(await Promise.all(calls.slice(0, 2))).toMatchObject([{ ok: true }, { ok: true }])
})

test('closing the app ends what it still asks', async () => {
  const open = await calling({ retries: 0 }, () => undefined)
  const called = open.call(charged, { account: 'acme' })
  while (requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await open.close({ graceMs: 10 })
  expect(await called).toMatchObject({ ok: false })
})
