import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { sourceHost } from '../testing/source-host.ts'
import { testSource } from '../testing/test-source.ts'
import { eventStream } from './live/event-stream.ts'
import { sseSourceKind } from './sse.ts'
import { webSocketSourceKind } from './websocket.ts'

const servers: Server[] = []
const sockets: Duplex[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => ({ n: from + n }))

/** A server of a list that grows; it sends what comes behind the id that it is told. */
async function sending(list: unknown[], drop = false) {
  const open = new Set<ServerResponse>()
  const write = (to: ServerResponse, from: number) => {
    for (let at = from; at < list.length; at++)
      to.write(`id: ${at + 1}\nevent: item\ndata: ${JSON.stringify(list[at])}\n\n`)
  }
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const after = Number(request.headers['last-event-id'] ?? 0)
    if (drop) {
      const at = after
      if (at < list.length) response.write(`id: ${at + 1}\ndata: ${JSON.stringify(list[at])}\n\n`)
      response.end()
      return
    }
    write(response, after)
    open.add(response)
  })
  const url = `http://127.0.0.1:${await listen(server)}/`
  const append = (more: readonly unknown[]) => {
    const from = list.push(...more) - more.length
    for (const response of open) write(response, from)
  }
  return { url, append }
}

testSource('sse', async () => {
  const { url, append } = await sending(numbers(0, 6))
  return {
    source: sseSourceKind.create({ url, resumes: true, events: ['item'] }),
    expected: { '0': numbers(0, 6) },
    async append() {
      append(numbers(6, 9))
      return numbers(6, 9)
    },
  }
})

test('connects again behind the last event when the connection ends', async () => {
  const { url } = await sending(numbers(0, 3), true)
  const open = await sseSourceKind.create({ url, resumes: true }).open(sourceHost())
  const reader = await open.openPartition('0', undefined)
  const got: unknown[] = []
  while (got.length < 3) got.push(...(await reader.read(10))!.values)
  expect(got).toEqual(numbers(0, 3))
  await reader.close()
})

test('says that a server sends no events, and does not ask it for ever', async () => {
  const port = await listen(createServer((_request, response) => response.writeHead(404).end()))
  const open = await sseSourceKind.create({ url: `http://127.0.0.1:${port}/` }).open(sourceHost())
  const reader = await open.openPartition('0', undefined)
  await expect(reader.read(1)).rejects.toMatchObject({ message: expect.stringContaining('it answered 404') })
  await reader.close()
})

test('reads an event stream in whatever pieces it comes, as the standard says', async () => {
  const text = '\uFEFF: hi\r\ndata: a\rdata:b\n\nid: 7\nevent: x\r\ndata: ö\r\n\r\nid\ndata\n\nevent: lost\n\ndata: end'
  const expected = [
    { event: 'message', data: 'a\nb', id: undefined },
    { event: 'x', data: 'ö', id: '7' },
    { event: 'message', data: '', id: '' },
  ]
  const bytes = Buffer.from(text)
  for (const size of [1, 2, 3, 1000]) {
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    const events = []
    for await (const event of eventStream(pieces())) events.push(event)
    expect(events).toEqual(expected)
  }
})

/** A server that sends messages to who has sent it a word. */
async function talking(messages: () => readonly unknown[]) {
  const clients = new Set<Duplex>()
  const frame = (value: unknown) => {
    const body = Buffer.from(JSON.stringify(value))
    return Buffer.concat([Buffer.from([0x81, body.length]), body])
  }
  const server = createServer()
  server.on('upgrade', (request, socket) => {
    sockets.push(socket)
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    )
    socket.on('error', () => {})
    socket.on('data', (piece: Buffer) => {
      if ((piece[0]! & 15) === 8) return socket.end(Buffer.from([0x88, 0]))
      clients.add(socket)
      for (const message of messages()) socket.write(frame(message))
    })
  })
  const url = `ws://127.0.0.1:${await listen(server)}/`
  return { url, say: (value: unknown) => clients.forEach((client) => client.write(frame(value))) }
}

testSource('websocket', async () => {
  const { url, say } = await talking(() => numbers(0, 4))
  return {
    source: webSocketSourceKind.create({ url, send: [{ subscribe: 'all' }] }),
    expected: { '0': numbers(0, 4) },
    async append() {
      say({ n: 4 })
      return [{ n: 4 }]
    },
  }
})
