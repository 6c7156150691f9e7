import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { codesOf, LiveClient, type Told } from '../../../test/live-client.ts'
import { serve } from '../../../test/serving.ts'
import { webSocket, type WebSocketOptions } from './web-socket.ts'

const hour = { call: 'shop.Wait', input: { ms: 3_600_000 } }
const serving = (options: WebSocketOptions = {}, more: object = {}) => serve({ mounts: [webSocket(options)], ...more })
const isRefused = (told: Told) => 'refused' in told

/** What an upgrade is answered with, when it is not let in. */
async function refusal(url: string, options: ConstructorParameters<typeof WebSocket>[2]) {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/_heddle/ws`, 'heddle.v1', options)
  ws.on('error', () => undefined)
  const [, answer] = (await once(ws, 'unexpected-response')) as [
    unknown,
    AsyncIterable<Buffer> & { statusCode: number },
  ]
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  const { errors } = JSON.parse(Buffer.concat(chunks).toString()) as { errors: { code: string; message: string }[] }
  return `${answer.statusCode} ${errors[0]!.code} ${errors[0]!.message}`
}

test('each mistake of a client is told, and the connection goes on', async () => {
  await using served = await serving()
  await using client = await LiveClient.connect(served.url)
  client.send('{"id":')
  expect(codesOf(await client.find(isRefused))).toEqual(['MalformedInput id'])
  client.send({ id: 1, ...hour })
  client.send({ id: 1, call: 'shop.Greet', input: { name: 'Bo' } })
  expect((await client.find(({ refused }) => refused === 1)).errors).toMatchObject([
    { code: 'MalformedInput', message: expect.stringContaining('still open') as string },
  ])
  client.send({ id: 2, cancel: true })
  expect((await client.find(({ refused }) => refused === 2)).errors).toMatchObject([
    { message: expect.stringContaining('nothing is open') as string },
  ])
  expect(codesOf(await client.call(3, 'shop.Greet', { name: 'Bo' }, { inputs: 1 }))).toEqual(['MalformedInput'])
  client.ws.send(Buffer.from([0, 0]))
  client.ws.send(Buffer.from([0, 0, 0, 9, 1]))
  await client.when(() => (client.told.filter(isRefused).length === 5 ? true : undefined))
  client.send({ id: 1, cancel: true })
  expect(codesOf(await client.end(1))).toEqual(['Cancelled'])
  // The id is free again.
  const greeted = client.find(({ id, value }) => id === 1 && value !== undefined)
  client.send({ id: 1, call: 'shop.Greet', input: { name: 'Bo' } })
  expect((await greeted).value).toEqual({ text: 'hello Bo' })
})

test.each([
  ['a frame that is too large', () => 'x'.repeat(2000), 1009],
  ['a compressed frame', () => Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), 1002],
  ['text that is no UTF-8', () => Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xff]), 1007],
])('%s ends the connection by the code of the standard', async (_, frame, code) => {
  await using served = await serving({}, { maxBodyBytes: 1000 })
  const client = await LiveClient.connect(served.url)
  const bytes = frame()
  if (typeof bytes === 'string') client.send(bytes)
  else (client.ws as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(bytes)
  expect(await client.closed).toBe(code)
})

test('a handshake of another version, or without the subprotocol, is told what to send', async () => {
  await using served = await serving()
  const shake = async (...headers: string[]) => {
    const own = [
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ]
    return served.raw(`GET /_heddle/ws HTTP/1.1\r\n${[...own, ...headers].join('\r\n')}\r\n\r\n`)
  }
  const old = await shake('Sec-WebSocket-Version: 8', 'Sec-WebSocket-Protocol: heddle.v1')
  expect(old).toMatch(/^HTTP\/1.1 426 Upgrade Required\r\n/)
  expect(old).toMatch(/\r\nsec-websocket-version: 13\r\n/)
  expect(old).toMatch(/\r\nupgrade: websocket\r\n/)
  expect(old).toContain('MalformedInput')
  for (const others of [[], ['Sec-WebSocket-Protocol: chat, heddle.v2']]) {
    const bare = await shake('Sec-WebSocket-Version: 13', ...others)
    expect(bare).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
    expect(bare).toContain('heddle.v1')
  }
})

test('pages of other origins are kept out, or in where cors lists them, without their cookies', async () => {
  const authenticate = (request: { header(name: string): string | undefined }) =>
    request.header('cookie') === undefined ? undefined : { id: 'cookie', permissions: ['shop:order'] }
  const cors = { origins: ['https://friend.example'] }
  await using served = await serving({}, { authenticate, cors })
  const from = (origin: string) => ({ headers: { origin, cookie: 'session=1' } })
  expect(await refusal(served.url, from('https://evil.example'))).toMatch(/^403 Denied .*another origin/)
  const whoIs = async (options: object) => {
    await using client = await LiveClient.connect(served.url, options)
    const { errors } = await client.call(1, 'shop.Order', { item: 'loom', quantity: 1 })
    return errors === undefined
  }
  expect(await whoIs(from(served.url))).toBe(true)
  expect(await whoIs(from('https://friend.example'))).toBe(false)
  await using trusting = await serving({}, { authenticate, cors: { ...cors, credentials: true } })
  await using client = await LiveClient.connect(trusting.url, from('https://friend.example'))
  expect((await client.call(1, 'shop.Order', { item: 'loom', quantity: 1 })).value).toBeDefined()
})

test('who is refused by authenticate gets no connection', async () => {
  await using served = await serving()
  expect(await refusal(served.url, { headers: { authorization: 'Bearer broken' } })).toMatch(/^500 Internal/)
  expect(served.log.lines.some((line) => JSON.stringify(line).includes('session store'))).toBe(true)
})

test('there are so many connections and calls and no more', async () => {
  await using served = await serving({ maxConnections: 1, maxCalls: 2 })
  const client = await LiveClient.connect(served.url)
  expect(await refusal(served.url, {})).toMatch(/^\d+ LimitReached .*live\.connections/)
  client.send({ id: 1, ...hour })
  client.send({ id: 2, ...hour })
  expect((await client.call(3, 'shop.Greet', { name: 'Bo' })).errors).toMatchObject([
    { code: 'LimitReached', data: { name: 'live.calls', limit: 2 } },
  ])
  client.send({ id: 1, cancel: true })
  await client.end(1)
  expect((await client.call(4, 'shop.Greet', { name: 'Bo' })).value).toBeDefined()
  await client[Symbol.asyncDispose]()
  // The place is free as soon as the server has seen the end.
  for (;;) {
    const next = await LiveClient.connect(served.url).catch(() => undefined)
    if (next) return next[Symbol.asyncDispose]()
  }
})

test('what is no WebSocket is answered by what it is', async () => {
  await using served = await serving()
  const { port } = new URL(served.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write('GET /_heddle/ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /)
  expect((await served.ask('/_heddle/ws')).status).toBe(404)
})

test('a client that is refused and does not close its own side is let go', async () => {
  await using served = await serving()
  const { port } = new URL(served.url)
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => undefined).resume()
  socket.write(
    'GET /_heddle/ws HTTP/1.1\r\nhost: localhost\r\norigin: https://evil.example\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  )
  await once(socket, 'end')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const insist = () => {
    if (!socket.destroyed) socket.write('x', () => setImmediate(insist))
  }
  insist()
  await closed
})

test('when the app stops, what runs ends first and nothing new begins', async () => {
  const served = await serving()
  const client = await LiveClient.connect(served.url)
  const idle = await LiveClient.connect(served.url)
  client.send({ id: 1, ...hour })
  await client.call(2, 'shop.Greet', { name: 'Bo' })
  const closed = served.app.close({ graceMs: 60_000 })
  expect(await idle.closed).toBe(1001)
  expect(codesOf(await client.call(3, 'shop.Greet', { name: 'Bo' }))).toEqual(['ShuttingDown'])
  client.send({ id: 1, cancel: true })
  expect(codesOf(await client.end(1))).toEqual(['Cancelled'])
  expect(await client.closed).toBe(1001)
  await closed
})

test('a client that gives no sign is dropped, and one that answers is not', async () => {
  await using served = await serving({ heartbeat: '20ms' })
  const { port } = new URL(served.url)
  const mute = connect(Number(port), '127.0.0.1')
  const key = 'dGhlIHNhbXBsZSBub25jZQ=='
  mute.write(
    `GET /_heddle/ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\nsec-websocket-protocol: heddle.v1\r\n\r\n`,
  )
  mute.resume().on('error', () => undefined)
  await using client = await LiveClient.connect(served.url)
  await once(mute, 'close')
  expect((await client.call(1, 'shop.Greet', { name: 'Bo' })).value).toBeDefined()
})
