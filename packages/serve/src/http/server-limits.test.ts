import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createVirtualTime } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { serve } from '../../test/serving.ts'
import { http } from './http.ts'
import { createNodeServer, listen } from './node-server.ts'
import { shop } from '../../test/shop.ts'

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])
const codeOf = (answer: string) => /"code":"(\w+)"/.exec(answer)?.[1]

test('a body beyond the limit is refused by its length, before any of it is sent', async () => {
  await using served = await serve()
  const answer = await served.raw(
    'POST /shop/Greet HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n',
  )
  expect([statusOf(answer), codeOf(answer)]).toEqual([413, 'TooLarge'])
})

test('a client that waits for 100 Continue gets it, and then its answer', async () => {
  await using served = await serve()
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1')
  socket.setEncoding('utf8')
  socket.write(
    'POST /shop/Greet HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n',
  )
  let answer = ''
  for await (const chunk of socket as AsyncIterable<string>) {
    answer += chunk
    if (answer === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write('{"name":"Bo"}')
  }
  expect(answer).toContain('{"text":"hello Bo"}')
})

test.each([
  ['with its length told', (total: number) => `Content-Length: ${total}`, (chunk: Buffer) => [chunk]],
  [
    'in chunks of unknown number',
    () => 'Transfer-Encoding: chunked',
    (chunk: Buffer) => [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n'],
  ],
])('a body of 1 GB %s is refused with 413 and in bounded memory', async (_, header, frame) => {
  await using served = await serve()
  const total = 1024 * 1024 * 1024
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1')
  let answer = ''
  let left = false
  let wake = () => {}
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
  socket.on('error', () => undefined).on('drain', () => wake())
  socket.once('close', () => {
    left = true
    wake()
  })
  socket.write(
    `POST /shop/Greet HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${header(total)}\r\n\r\n`,
  )

  const chunk = Buffer.alloc(1024 * 1024, ' ')
  const before = process.memoryUsage().rss
  let highest = 0
  for (let sent = 0; sent < total && !left; sent += chunk.length) {
    let goesOn = true
    for (const part of frame(chunk)) goesOn = socket.write(part)
    if (!goesOn && !left) await new Promise<void>((resolve) => (wake = resolve))
    highest = Math.max(highest, process.memoryUsage().rss)
  }
  if (!left) await new Promise((resolve) => socket.once('close', resolve).end())
  expect([statusOf(answer), codeOf(answer)]).toEqual([413, 'TooLarge'])
  expect(highest - before).toBeLessThan(150 * 1024 * 1024)
  expect((await served.ask('/shop/Greet?name=Bo')).status).toBe(200)
})

test('a refusal before a short body was read keeps the connection for the next request', async () => {
  await using served = await serve()
  const body = '{"name":"Bo"}'
  const post = (path: string, more = '') =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`
  const answers = await served.raw(post('/shop/Nothing') + post('/shop/Greet', 'Connection: close\r\n'))
  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200'])
})

test('headers beyond the limit get 431', async () => {
  await using served = await serve({ maxHeaderBytes: 2048 })
  const answer = await served.raw(
    `GET /shop/Greet?name=Bo HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(4000)}\r\n\r\n`,
  )
  expect([statusOf(answer), codeOf(answer)]).toEqual([431, 'TooLarge'])
})

test.each([
  ['headers', 'GET /shop/Greet HTTP/1.1\r\nHost: sh'],
  [
    'a body',
    'POST /shop/Greet HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na',
  ],
])('a client that never ends %s is let go by a limit', async (_, bytes) => {
  await using served = await serve({ requestTimeout: '200ms', headersTimeout: '200ms' })
  const answer = await served.raw(bytes)
  expect([statusOf(answer), codeOf(answer)]).toEqual([408, 'LimitReached'])
})

test.each([
  'nonsense\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  '\0\0\0\0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
])('what is no request gets 400 and a closed connection: %j', async (bytes) => {
  await using served = await serve()
  const answer = await served.raw(bytes)
  expect([statusOf(answer), codeOf(answer)]).toEqual([400, 'MalformedInput'])
})

test('a client that is refused and never closes its side does not keep its place', async () => {
  const time = createVirtualTime()
  const server = createNodeServer(() => undefined, {}, time.timers)
  await listen(server, { port: 0, host: '127.0.0.1' }, 'here')
  const taken = once(server, 'connection') as Promise<[Socket]>
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => undefined).write('nonsense\r\n\r\n')
  const [socket] = await taken
  await once(client.resume(), 'end')
  expect(socket.destroyed).toBe(false)
  await time.advance(2000)
  expect(socket.destroyed).toBe(true)
  client.destroy()
  await new Promise((resolve) => server.close(resolve))
})

test('the whole URL as the target means its path', async () => {
  await using served = await serve()
  const answer = await served.raw(
    'GET http://shop.example/shop/Greet?name=Bo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  )
  expect(answer).toContain('{"text":"hello Bo"}')
})

test('a port that is taken is one sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const app = await shop(http({ port })).open()
  await expect(app.start()).rejects.toThrow(`The address 127.0.0.1:${port} is already in use.`)
  await app.close()
  other.close()
})

test('PORT of the environment is honoured, and what is no port is one sentence', async () => {
  const known = process.env.PORT
  try {
    process.env.PORT = '0'
    const app = await shop(http()).open()
    expect((await app.start())[0]).toMatch(/^ready http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    await app.close()
    process.env.PORT = 'http'
    const wrong = await shop(http()).open()
    await expect(wrong.start()).rejects.toThrow('PORT is "http"')
    await wrong.close()
  } finally {
    if (known === undefined) delete process.env.PORT
    else process.env.PORT = known
  }
})
