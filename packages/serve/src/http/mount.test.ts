import { request } from 'node:http'
import { app } from '@heddle/core'
import { expect, test } from 'vitest'
import { greet } from '../../test/shop.ts'
import { fetchHandler } from './fetch-handler.ts'
import { http } from './http.ts'
import type { Mount } from './mount.ts'

/** Echoes what it is sent, says who sends it, and takes connections over. */
const echo: Mount = {
  name: 'echo',
  describe: () => ({ path: '/echo' }),
  mount: ({ callerOf }) => ({
    endpoints: {
      'POST /echo/{word}': {
        kind: 'plain',
        async answer(exchange, { word }) {
          const body = (await exchange.readBody(100)) as Uint8Array
          const caller = await callerOf(exchange)
          const said = 'as' in caller ? (caller.as?.id ?? 'nobody') : 'refused'
          return { status: 200, headers: {}, body: `${word} ${Buffer.from(body).toString()} ${said}` }
        },
      },
    },
    upgrades: {
      '/echo': (_incoming, socket) =>
        socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\nhello'),
    },
  }),
}

const authenticate = () => ({ id: 'ada', permissions: [] })

test('what is mounted answers at its paths, for the callers of the surface', async () => {
  const shop = await app('shop', { parts: [greet] }).open()
  const handle = fetchHandler(shop, { mounts: [echo], authenticate })
  const answer = await handle(new Request('http://localhost/echo/well', { method: 'POST', body: 'met' }))
  expect(await answer.text()).toBe('well met ada')
  const other = await handle(new Request('http://localhost/echo/well'))
  expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
  await shop.close()
})

test('a connection is handed to what is mounted at its path, and refused elsewhere', async () => {
  const part = http({ port: 0, mounts: [echo] })
  const shop = await app('shop', { parts: [greet, part] }).open()
  await shop.start()
  expect(await upgraded(`${part.url}/echo`)).toBe('101 hello')
  expect(await upgraded(`${part.url}/other`)).toMatch(/^404 .*UnknownPath/)
  expect(part.describe()).toMatchObject({ mounts: { echo: { path: '/echo' } } })
  await shop.close()
})

test('two mounts of one name, and one at the path of another, are refused', async () => {
  const shop = await app('shop', { parts: [greet] }).open()
  expect(() => fetchHandler(shop, { mounts: [echo, echo] })).toThrow('mount "echo"')
  expect(() => fetchHandler(shop, { mounts: [echo, { ...echo, name: 'other' }] })).toThrow('route "POST /echo/{word}"')
  await shop.close()
})

function upgraded(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { connection: 'upgrade', upgrade: 'echo' } })
    asked.once('upgrade', (answer, socket, head) => {
      let text = head.toString()
      socket.on('data', (piece) => (text += String(piece))).once('end', () => socket.end())
      socket.once('close', () => resolve(`${answer.statusCode} ${text}`))
    })
    asked.once('response', (answer) => {
      let text = ''
      answer.on('data', (piece) => (text += String(piece)))
      answer.once('end', () => resolve(`${answer.statusCode} ${text}`))
    })
    asked.once('error', reject).end()
  })
}
