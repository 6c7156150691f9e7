import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { app, createPorts, memoryLog } from '@heddle/core'
import { expect, test } from 'vitest'
import { webSocket } from '../live/index.ts'
import { shop } from '../../test/shop.ts'
import { fetchHandler, http, type HttpOptions } from './index.ts'

async function served(mode: 'development' | 'production', options: Partial<HttpOptions> = {}) {
  const part = http({ port: 0, mounts: [webSocket()], ...options } as object)
  const open = await shop(part).open({ mode, ports: createPorts({ log: memoryLog() }) })
  await open.start()
  const { port } = new URL(part.url!)
  /** The status with which a request for a host is answered, and the reason. */
  const ask = async (host: string, path: string, more: Record<string, string> = {}) => {
    const sent = request({ port, host: '127.0.0.1', path, headers: { host, ...more } })
    sent.on('upgrade', (_answer, socket) => socket.destroy()).end()
    const [answer] = await Promise.race([once(sent, 'response'), once(sent, 'upgrade')])
    if (answer.statusCode === 101) return '101'
    const body = answer.statusCode === 200 ? '' : await text(answer)
    answer.destroy()
    return `${answer.statusCode} ${body}`.trim()
  }
  return { port, ask, [Symbol.asyncDispose]: () => open.close({ graceMs: 1000 }) }
}

const upgrade = {
  connection: 'upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol': 'heddle.v1',
}
const doors: readonly (readonly [path: string, headers?: Record<string, string>])[] = [
  ['/shop/Greet?name=Bo'],
  ['/'],
  ['/health'],
  ['/_heddle/manifest.json'],
  ['/_heddle/ws', upgrade],
]

test('in development a server of this machine alone is there under no name of somebody else, over no way in', async () => {
  await using server = await served('development')
  for (const [path, headers = {}] of doors) {
    const evil = `evil.example:${server.port}`
    const refused = await server.ask(evil, path, { origin: `http://${evil}`, ...headers })
    expect(refused, path).toMatch(/^403 .*"Denied".*list it in `hosts`/)
    for (const own of ['localhost', `127.0.0.1:${server.port}`, 'shop.localhost', '[::1]:80', 'LOCALHOST']) {
      expect(await server.ask(own, path, headers), `${own}${path}`).toMatch(/^(?:200|101)$/)
    }
  }
})

test('names that are listed in `hosts` are taken, in production too and then no others', async () => {
  for (const mode of ['development', 'production'] as const) {
    await using server = await served(mode, { hosts: ['Shop.example'] })
    for (const [path, headers] of doors) {
      expect(await server.ask('shop.example:8080', path, headers)).toMatch(/^(?:200|101)$/)
      expect(await server.ask('evil.example', path, headers)).toMatch(/^403 /)
    }
  }
})

test('where nothing is listed, any name is taken in production, and on addresses that others reach', async () => {
  await using proxied = await served('production')
  expect(await proxied.ask('shop.example', '/shop/Greet?name=Bo')).toBe('200')
  await using open = await served('development', { host: '0.0.0.0' })
  expect(await open.ask('shop.example', '/shop/Greet?name=Bo')).toBe('200')
})

test('a fetch handler takes the hosts that are listed alone', async () => {
  const open = await app('none', { parts: [] }).open({ ports: createPorts({ log: memoryLog() }) })
  const statusAt = async (handle: (request: Request) => Promise<Response>, host: string) =>
    (await handle(new Request(`https://${host}/health`, { headers: { host } }))).status
  const listed = fetchHandler(open, { hosts: ['shop.example'] })
  expect([await statusAt(listed, 'shop.example'), await statusAt(listed, 'evil.example')]).toEqual([200, 403])
  expect(await statusAt(fetchHandler(open), 'evil.example')).toBe(200)
  await open.close()
})
