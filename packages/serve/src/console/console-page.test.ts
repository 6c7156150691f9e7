import { createPorts, memoryLog, type Principal, systemFailure } from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HttpRequest } from '../http/exchange.ts'
import { http } from '../http/http.ts'
import { errorsOf, serve, type Served } from '../../test/serving.ts'
import { shop } from '../../test/shop.ts'
import { consolePage } from './console-page.ts'

const header = { 'heddle-console': '1' }

function authenticate(request: HttpRequest): Principal | undefined {
  const token = request.header('authorization')
  if (token === 'Bearer olga') return { id: 'olga', permissions: ['heddle:operate'] }
  return token === 'Bearer ana' ? { id: 'ana', permissions: ['shop:order'] } : undefined
}

let near: Served
let production: Served

beforeAll(async () => {
  near = await serve({ authenticate, mounts: [consolePage()] })
  const part = http({ port: 0, authenticate, mounts: [consolePage()] })
  const app = await shop(part).open({ ports: createPorts({ log: memoryLog() }), mode: 'production' })
  await app.start()
  const ask: Served['ask'] = async (path, init) => {
    const answer = await fetch(part.url + path, init)
    const body = await answer.text()
    const isJson = /[/+]json$/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, headers: answer.headers, body: isJson && body !== '' ? JSON.parse(body) : body }
  }
  production = { ...near, app, url: part.url!, ask, [Symbol.asyncDispose]: () => app.close({ graceMs: 0 }) }
})
afterAll(() => Promise.all([near[Symbol.asyncDispose](), production[Symbol.asyncDispose]()]))

const order = (served: Served, headers: Record<string, string>) =>
  served.ask('/_heddle/console/api/shop/Order', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"item":"loom","quantity":1}',
  })

test('lets whoever asks from this machine in development call what strangers may not', async () => {
  expect((await near.post('/shop/Order', { item: 'loom' })).status).toBe(401)
  expect((await order(near, header)).status).toBe(200)
})

test('takes no request without its header, and none from a page of another origin', async () => {
  for (const headers of [
    {},
    { ...header, origin: 'https://evil.example' },
    { ...header, 'sec-fetch-site': 'same-site' },
    { ...header, 'sec-fetch-site': 'cross-site' },
  ] as Record<string, string>[]) {
    const { status, body } = await order(near, headers)
    expect([status, errorsOf(body)]).toEqual([403, ['Denied']])
  }
  expect((await near.ask('/_heddle/console/app.json')).status).toBe(403)
  expect((await near.ask('/_heddle/console/state')).status).toBe(403)
  expect((await near.ask('/_heddle/console/forms/shop.Order')).status).toBe(403)
})

test('takes nobody for near who asks for a name that leads here, or comes through a proxy', async () => {
  const body = '{"item":"loom","quantity":1}'
  for (const [more, status] of [
    ['host: rebound.example', 403],
    ['host: localhost\r\nx-forwarded-for: 198.51.100.7', 401],
    ['host: localhost\r\nx-forwarded-proto: https', 401],
    ['host: localhost\r\ncf-connecting-ip: 198.51.100.7', 401],
    ['host: localhost\r\nsec-fetch-site: same-origin\r\norigin: https://shop.example', 401],
  ] as const) {
    const answer = await near.raw(
      `POST /_heddle/console/api/shop/Order HTTP/1.1\r\n${more}\r\nheddle-console: 1\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true)
  }
})

test('lets in who holds heddle:operate, and in production nobody else', async () => {
  const refused = [{}, { authorization: 'Bearer ana' }, { authorization: 'Bearer olga' }]
  const answers = await Promise.all(
    refused.map((headers) =>
      production.ask('/_heddle/console/app.json', { headers: { ...header, ...headers } as Record<string, string> }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual([401, 403, 200])
  // Whoever says who he is, is that one, in development too.
  expect(
    (await near.ask('/_heddle/console/app.json', { headers: { ...header, authorization: 'Bearer ana' } })).status,
  ).toBe(403)
  // He may look, but what a command wants besides he has to hold, too.
  expect((await order(production, { ...header, authorization: 'Bearer olga' })).status).toBe(403)
})

test('makes nobody an operator in development who says who he is by a cookie or a key, also by one that is wrong', async () => {
  const way = (request: HttpRequest): Principal | undefined => {
    const key = request.header('x-api-key') ?? /^sid=(.*)$/.exec(request.header('cookie') ?? '')?.[1]
    if (key === undefined) return undefined
    if (key !== 'eve') throw systemFailure('InvalidCredentials', { because: 'the key is not valid' })
    return { id: 'eve', permissions: [] }
  }
  await using served = await serve({ authenticate: way, mounts: [consolePage()] })
  const said: Record<string, string>[] = [
    { cookie: 'sid=eve' },
    { 'x-api-key': 'eve' },
    { 'x-api-key': 'wrong' },
    { authorization: 'Odd x' },
    {},
  ]
  const answers = await Promise.all(said.map((more) => order(served, { ...header, ...more })))
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 401, 401, 200])
})

test('serves a page whose modules are JavaScript and import nothing from elsewhere', async () => {
  const { status, headers, body } = await production.ask('/_heddle/console')
  expect(status).toBe(200)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(body).not.toMatch(/<style|<script>| on\w+=| style=|shop/)
  const paths = [...(body as string).matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!)
  expect(paths.length).toBeGreaterThan(20)
  for (const path of paths) {
    const asset = await production.ask(path)
    expect([path, asset.status]).toEqual([path, 200])
    if (!path.endsWith('.ts')) continue
    expect(asset.headers.get('content-type')).toContain('text/javascript')
    expect(asset.body).not.toMatch(/^(?:export )?(?:interface|type) /m)
    const imported = [...(asset.body as string).matchAll(/^import [^'"]*from '([^']+)'/gm)].map(([, target]) => target!)
    const found = imported.map((target) => new URL(target, `http://app${path}`).pathname)
    expect(found.filter((target) => !paths.includes(target))).toEqual([])
  }
})

test('answers strangers alike whether a command is there or not, by every method', async () => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
    for (const headers of [{}, header, { ...header, origin: 'https://evil.example' }] as Record<string, string>[]) {
      const paths = [
        'shop/Order',
        'shop/Nothing',
        'nowhere/Order',
        '_heddle/live/shop/Find',
        '_heddle/live/shop/Nothing',
      ]
      const answers = await Promise.all(
        paths.map((path) => production.ask(`/_heddle/console/api/${path}`, { method, headers })),
      )
      // Only the path that was asked for differs.
      const told = answers.map(({ status, headers: sent, body }, index) => {
        return [status, sent.get('allow'), JSON.stringify(body).replaceAll(paths[index]!, '…')]
      })
      expect(told).toEqual(paths.map(() => told[0]))
      expect(told[0]![0]).toBe(
        { OPTIONS: 204, PUT: 405, DELETE: 405 }[method] ?? ('heddle-console' in headers && !headers.origin ? 401 : 403),
      )
    }
  }
  const known = await production.ask('/_heddle/console/api/shop/Nothing', {
    headers: { ...header, authorization: 'Bearer olga' },
  })
  expect([known.status, errorsOf(known.body)]).toEqual([404, ['UnknownCommand']])
})

test('has no form for names that every object has', async () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    const { status, body } = await near.ask(`/_heddle/console/forms/${name}`, { headers: header })
    expect([status, errorsOf(body)]).toEqual([404, ['UnknownCommand']])
  }
})

test('gives the form of a command, and what the page lists of the app', async () => {
  const form = await near.ask('/_heddle/console/forms/shop.Order', { headers: header })
  expect(form.body).toContain('data-flag="item"')
  expect((await near.ask('/_heddle/console/forms/shop.Nothing', { headers: header })).status).toBe(404)
  const { body } = await near.ask('/_heddle/console/app.json', { headers: header })
  expect(body).toMatchObject({ app: 'shop', mode: 'development', pushes: false })
  const { commands } = body as { commands: readonly { readonly name: string; readonly description?: string }[] }
  const found = commands.find(({ name }) => name === 'shop.Order')
  expect(found?.description).toBe('Takes it from the stock.\nThere are never more than 10.')
})

test('lists no command that is closed, and has no form of it', async () => {
  const { body } = await near.ask('/_heddle/console/app.json', { headers: header })
  expect(JSON.stringify(body)).not.toContain('shop.Closed')
  expect((await near.ask('/_heddle/console/forms/shop.Closed', { headers: header })).status).toBe(404)
})

test('tells how the app is doing for as long as it is there', async () => {
  const leaving = new AbortController()
  const answer = await fetch(`${near.url}/_heddle/console/state`, { headers: header, signal: leaving.signal })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('"health"')) text += (await reader.read()).value ?? ''
  expect(text).toContain('"who":{"id":"operator","tenant":null}')
  leaving.abort()
})

test('lets go of whoever is no operator any more', async () => {
  let permissions = ['heddle:operate']
  await using served = await serve({ authenticate: () => ({ id: 'olga', permissions }), mounts: [consolePage()] })
  const headers = { ...header, authorization: 'Bearer olga' }
  const answer = await fetch(`${served.url}/_heddle/console/state`, { headers })
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = (await reader.read()).value ?? ''
  permissions = []
  for (let more = await reader.read(); !more.done; more = await reader.read()) text += more.value
  expect(text).toMatch(/event: errors\ndata: \[\{"code":"Denied"/)
})

test('says where it is beside the address of the server', async () => {
  const part = http({ port: 0, mounts: [consolePage()] })
  const app = await shop(part).open({ ports: createPorts({ log: memoryLog() }) })
  expect(await app.start()).toContain(`ready ${part.url}\nconsole ${part.url}/_heddle/console`)
  await app.close({ graceMs: 0 })
})
