import { request as httpRequest } from 'node:http'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { app, type Principal, systemFailure } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { afterEach, expect, test } from 'vitest'
import { shop, shopCommands } from '../../../test/shop.ts'
import { jwt } from '../../access/jwt.ts'
import { fetchHandler } from '../../http/fetch-handler.ts'
import { http } from '../../http/http.ts'
import type { HttpOptions } from '../../http/options.ts'
import type { McpOptions } from '../options.ts'
import { mcp } from './mcp.ts'

const open: { close(options?: { graceMs?: number }): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close({ graceMs: 100 })
})

const people = new Map<string, Principal>([
  ['Bearer ada', { id: 'ada', permissions: ['shop:order'] }],
  ['Bearer bob', { id: 'bob', permissions: [] }],
])

/** Serves the shop; who sends no token is a stranger, and who sends a wrong one is refused. */
async function served(options: McpOptions = {}, more: Partial<HttpOptions> = {}) {
  const given: HttpOptions = {
    port: 0,
    mounts: [mcp(options)],
    authenticate(request) {
      const header = request.header('authorization')
      const found = header === undefined ? undefined : people.get(header)
      if (header !== undefined && !found)
        throw systemFailure('InvalidCredentials', { because: 'nobody has this "token"' })
      return found
    },
    ...more,
  }
  const part = http(given as Parameters<typeof http>[0])
  const running = await shop(part).open()
  open.push(running)
  await running.start()
  const url = `${part.url}/mcp`
  const connect = async (token?: string, mode: 'legacy' | 'auto' = 'legacy') => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
    const headers: Record<string, string> = token === undefined ? {} : { authorization: token }
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })
    await client.connect(transport)
    open.push(client)
    return { client, transport }
  }
  return { url, part, running, connect }
}

interface Posted {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** Posts as no browser would: `fetch` lets nobody set `Host`. */
function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body: text }))
      },
    )
    sent.on('error', reject).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}
const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' }

test('pages of other sites are refused, and those that have their own name lead here', async () => {
  const { url } = await served({ origins: ['https://agents.example'] })
  const { host, port } = new URL(url)
  const statusOf = async (headers: Record<string, string>) => (await post(url, initialize, headers)).status
  expect(await statusOf({})).toBe(200)
  expect(await statusOf({ origin: `http://${host}` })).toBe(200)
  expect(await statusOf({ origin: 'https://agents.example' })).toBe(200)
  expect(await statusOf({ origin: 'https://evil.example' })).toBe(403)
  expect(await statusOf({ origin: 'null' })).toBe(403)
  // DNS rebinding: the page's own name leads to this machine.
  const evil = `evil.example:${port}`
  const rebound = await post(url, initialize, { host: evil, origin: `http://${evil}` })
  expect([rebound.status, JSON.parse(rebound.body).errors[0].key]).toEqual([403, 'auth:Denied'])
  expect(await statusOf({ host: evil, 'sec-fetch-site': 'same-origin' })).toBe(403)
})

test('behind a proxy on this machine the hosts that it serves are listed', async () => {
  const { url } = await served({ hosts: ['api.example.com'] })
  const statusOf = async (host: string) => (await post(url, initialize, { host, origin: `https://${host}` })).status
  expect(await statusOf('api.example.com')).toBe(200)
  expect(await statusOf('other.example.com')).toBe(403)
})

test('a session is its owner’s: to others it is not there, and each request is its sender’s', async () => {
  const { url, connect } = await served()
  const { client, transport } = await connect('Bearer ada')
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('shop_Order')
  const id = transport.sessionId!
  expect(id).toMatch(/^[\w-]{32}$/)
  const as = async (headers: Record<string, string>) => {
    const { status, body } = await post(url, list, { 'mcp-protocol-version': '2025-11-25', ...headers })
    return [status, body.includes('shop_Order')]
  }
  expect(await as({ 'mcp-session-id': id, authorization: 'Bearer ada' })).toEqual([200, true])
  expect(await as({ 'mcp-session-id': id, authorization: 'Bearer bob' })).toEqual([404, false])
  expect(await as({ 'mcp-session-id': id })).toEqual([404, false])
  expect(await as({ 'mcp-session-id': 'guessed', authorization: 'Bearer ada' })).toEqual([404, false])
  expect(await as({ authorization: 'Bearer ada' })).toEqual([400, false])
  // Its owner may lose a permission while it lasts.
  people.set('Bearer ada', { id: 'ada', permissions: [] })
  expect(await as({ 'mcp-session-id': id, authorization: 'Bearer ada' })).toEqual([200, false])
  people.set('Bearer ada', { id: 'ada', permissions: ['shop:order'] })
  await transport.terminateSession()
  expect(await as({ 'mcp-session-id': id, authorization: 'Bearer ada' })).toEqual([404, false])
})

test('a session that nobody uses ends, and of too many the one that was not used for longest', async () => {
  const time = createVirtualTime()
  const given: McpOptions = { sessions: { most: 2, idle: '5m' } }
  const running = await shop().open({ ports: { clock: time.clock, timers: time.timers } })
  open.push(running)
  const handle = fetchHandler(running, { mounts: [mcp(given)] })
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    handle(
      new Request('http://localhost/mcp', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          host: 'localhost',
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
      }),
    )
  const begin = async () => {
    const answer = await send(initialize)
    await answer.text()
    return answer.headers.get('mcp-session-id')!
  }
  const isThere = async (id: string) => {
    const answer = await send(list, { 'mcp-session-id': id })
    await answer.text()
    return answer.status === 200
  }
  const first = await begin()
  await time.advance(1000)
  const second = await begin()
  await time.advance(1000)
  expect(await isThere(first)).toBe(true)
  await time.advance(1000)
  const third = await begin()
  expect([await isThere(first), await isThere(second), await isThere(third)]).toEqual([true, false, true])
  await time.advance(4 * 60_000)
  expect(await isThere(first)).toBe(true)
  await time.advance(2 * 60_000)
  expect([await isThere(first), await isThere(third)]).toEqual([true, false])
})

test('the stream of an older client ends for who may no longer be connected, and goes on for others', async () => {
  const time = createVirtualTime()
  const running = await shop().open({ ports: { clock: time.clock, timers: time.timers } })
  open.push(running)
  const known = new Set(['ada', 'bob'])
  const handle = fetchHandler(running, {
    mounts: [mcp()],
    authenticate(request) {
      const id = request.header('authorization')!
      if (!known.has(id)) throw systemFailure('InvalidCredentials', { because: 'it was taken away' })
      return { id, permissions: [] }
    },
  })
  const streamFor = async (id: string) => {
    const headers = {
      host: 'localhost',
      authorization: id,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    }
    const url = 'http://localhost/mcp'
    const begun = await handle(new Request(url, { method: 'POST', body: JSON.stringify(initialize), headers }))
    await begun.text()
    const session = { ...headers, 'mcp-session-id': begun.headers.get('mcp-session-id')! }
    const reader = (await handle(new Request(url, { headers: session }))).body!.getReader()
    const state = { ended: false, leave: () => reader.cancel() }
    void reader.read().then(({ done }) => (state.ended = done))
    return state
  }
  const [ada, bob] = [await streamFor('ada'), await streamFor('bob')]
  await time.advance(10_000)
  expect([ada.ended, bob.ended]).toEqual([false, false])
  known.delete('ada')
  await time.advance(5000)
  expect([ada.ended, bob.ended]).toEqual([true, false])
  await bob.leave()
})

test('who takes tokens of an issuer says where to get them, and has strangers sign in', async () => {
  const authenticate = jwt({ issuer: 'https://id.example.com', audience: 'shop', secret: 'x'.repeat(32) })
  const { url, part } = await served({}, { authenticate })
  const place = `${part.url}/.well-known/oauth-protected-resource/mcp`
  const refused = await post(url, initialize)
  expect(refused.status).toBe(401)
  expect(refused.headers['www-authenticate']).toBe(`Bearer resource_metadata="${place}"`)
  const wrong = await post(url, initialize, { authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.bad' })
  expect(wrong.status).toBe(401)
  expect(wrong.headers['www-authenticate']).toMatch(
    new RegExp(`^Bearer error="invalid_token", error_description="[^"]+", resource_metadata="${place}"$`),
  )
  for (const address of [place, `${part.url}/.well-known/oauth-protected-resource`]) {
    expect(await (await fetch(address)).json()).toEqual({
      resource: url,
      authorization_servers: ['https://id.example.com'],
      bearer_methods_supported: ['header'],
      scopes_supported: ['shop:forget', 'shop:order'],
      resource_name: 'shop',
    })
  }
  const behind = await fetch(place, { headers: { 'x-forwarded-proto': 'https' } })
  expect(await behind.json()).toMatchObject({ resource: url.replace('http:', 'https:') })
})

test('sign-in can be left to the calls, and be stated where it is not known', async () => {
  const { url, part } = await served({
    signIn: 'optional',
    authorizationServers: ['https://id.example.com'],
    url: 'https://api.example.com/mcp',
  })
  expect((await post(url, initialize)).status).toBe(200)
  const document = await fetch(`${part.url}/.well-known/oauth-protected-resource/mcp`)
  expect(await document.json()).toMatchObject({ resource: 'https://api.example.com/mcp' })
  const { headers } = await post(url, initialize, { authorization: 'Bearer nobody' })
  expect(headers['www-authenticate']).toBe(
    `Bearer error="invalid_token", error_description="The credentials are refused: nobody has this 'token'.", ` +
      'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"',
  )
})

test('requests count against the limits of the surface', async () => {
  const { url } = await served({}, { rateLimits: [{ name: 'few', limit: 2, per: '1m', by: 'address' }] })
  const statuses = []
  for (let sent = 0; sent < 3; sent++) statuses.push((await post(url, initialize)).status)
  expect(statuses).toEqual([200, 200, 429])
})

test('messages are read as strictly as every other input', async () => {
  const { url } = await served()
  const errorOf = async (body: string, headers?: Record<string, string>) => {
    const { status, body: text } = await post(url, body, headers)
    return [status, (JSON.parse(text) as { error?: { code: number } }).error?.code]
  }
  expect(await errorOf('{"jsonrpc":"2.0","id":1')).toEqual([400, -32_700])
  expect(await errorOf('{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}')).toEqual([400, -32_700])
  expect(await errorOf('{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}')).toEqual([400, -32_700])
  expect((await post(url, 'x', { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await post(url, ' '.repeat(1024 * 1024 + 1))).status).toBe(413)
  expect(await errorOf('[1]')).toEqual([400, expect.any(Number)])
})

test('a surface that serves what it lists alone serves no more to agents', async () => {
  const options: HttpOptions = {
    port: 0,
    commands: 'routes',
    routes: { 'POST /greet': shopCommands.greet },
    mounts: [mcp()],
  }
  const part = http(options as Parameters<typeof http>[0])
  const running = await app('shop', { parts: [shopCommands, part] }).open()
  open.push(running)
  await running.start()
  const client = new Client({ name: 'test', version: '1' })
  open.push(client)
  await client.connect(new StreamableHTTPClientTransport(new URL(`${part.url}/mcp`)))
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['shop_Greet'])
  expect(part.describe()).toMatchObject({ mounts: { mcp: { path: '/mcp' } } })
})

test('both revisions are answered under a fetch handler too', async () => {
  const running = await shop().open()
  open.push(running)
  const handle = fetchHandler(running, { mounts: [mcp({ path: '/agents' })] })
  for (const mode of ['legacy', 'auto'] as const) {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
    await client.connect(
      new StreamableHTTPClientTransport(new URL('http://shop.example/agents'), {
        fetch: (url, init) => handle(new Request(url, init)),
      }),
    )
    const said = await client.callTool({ name: 'shop_Greet', arguments: { name: 'Ada' } })
    expect(said.structuredContent).toEqual({ text: 'hello Ada' })
    await client.close()
  }
})
