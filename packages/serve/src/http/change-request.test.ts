import { request } from 'node:http'
import { app, systemFailure } from '@heddle/core'
import { expect, test } from 'vitest'
import { authenticate, errorsOf, serve } from '../../test/serving.ts'
import { greet } from '../../test/shop.ts'
import type { ChangeRequest } from './change-request.ts'
import { fetchHandler } from './fetch-handler.ts'
import type { Mount } from './mount.ts'

/** A gateway in front adds `/api` and says in a header of its own who calls; it names itself by a secret. */
const behindGateway: ChangeRequest = ({ url, header }) => {
  if (header('x-gateway') !== 'ours') throw systemFailure('InvalidCredentials', { because: 'only the gateway calls' })
  const user = header('x-user')
  return {
    ...(url.startsWith('/api/') && { url: url.slice('/api'.length) }),
    headers: { authorization: user && `Bearer ${user}`, 'x-user': undefined },
  }
}

const order = { item: 'loom', quantity: 2 }

test('a request is routed, authenticated and read as it was changed', async () => {
  await using shop = await serve({ changeRequest: behindGateway })
  const answer = await shop.post('/api/shop/Order', order, { 'x-gateway': 'ours', 'x-user': 'ana' })
  expect([answer.status, answer.body]).toEqual([200, { item: 'loom', left: 8 }])
  const stranger = await shop.post('/shop/Order', order, { 'x-gateway': 'ours', authorization: 'Bearer ana' })
  expect([stranger.status, errorsOf(stranger.body)]).toEqual([401, ['Unauthenticated']])
})

test('a request that is refused reaches nothing, whatever it asks for', async () => {
  await using shop = await serve({ changeRequest: behindGateway })
  for (const path of ['/shop/Greet?name=a', '/openapi.json', '/_heddle/manifest.json', '/nothing']) {
    const refused = await shop.ask(path)
    expect([refused.status, errorsOf(refused.body)]).toEqual([401, ['InvalidCredentials']])
  }
})

test('a mistake in the change is a defect that strangers learn nothing of', async () => {
  const changeRequest = () => {
    throw new TypeError('secret')
  }
  await using shop = await serve({ changeRequest })
  const { status, body } = await shop.ask('/shop/Greet?name=a')
  expect([status, errorsOf(body)]).toEqual([500, ['Internal']])
  expect(JSON.stringify(body)).not.toContain('secret')
  expect(JSON.stringify(shop.log.lines)).toContain('secret')
})

test('a fetch handler changes requests, too', async () => {
  const shop = await app('shop', { parts: [greet] }).open()
  const handle = fetchHandler(shop, { changeRequest: () => ({ url: '/shop/Greet?name=ana' }), authenticate })
  expect(await (await handle(new Request('http://localhost/hello'))).json()).toEqual({ text: 'hello ana' })
})

/** Takes connections over, and says where they came in. */
const echo: Mount = {
  name: 'echo',
  mount: () => ({
    upgrades: {
      '/echo': ({ headers }, socket) =>
        socket.end(
          `HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\nsaid: ${headers.authorization}\r\n\r\n`,
        ),
    },
  }),
}

test('what asks to be upgraded is changed and refused as any request', async () => {
  await using shop = await serve({ changeRequest: behindGateway, mounts: [echo] })
  const upgrade = (headers: Record<string, string>) =>
    new Promise<unknown[]>((resolve, reject) => {
      const { port } = new URL(shop.url)
      request({ port, path: '/api/echo', headers: { connection: 'upgrade', upgrade: 'echo', ...headers } })
        .on('upgrade', (answer, socket) => {
          socket.destroy()
          resolve([answer.statusCode, answer.headers['said']])
        })
        .on('response', (answer) => resolve([answer.resume().statusCode]))
        .on('error', reject)
        .end()
    })
  expect(await upgrade({ 'x-gateway': 'ours', 'x-user': 'ana' })).toEqual([101, 'Bearer ana'])
  expect(await upgrade({})).toEqual([401])
})
