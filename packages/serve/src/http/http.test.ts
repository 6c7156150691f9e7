import { gzipSync } from 'node:zlib'
import { app } from '@heddle/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findItems, greet, order } from '../../test/shop.ts'
import { authenticate, errorsOf, serve, type Served } from '../../test/serving.ts'
import { fetchHandler } from './fetch-handler.ts'
import { http } from './http.ts'
import type { HandlerOptions } from './options.ts'

const routes = {
  'GET /greetings/{name}': greet,
  'PUT /orders/{item}': order,
  'PUT /quantities/{quantity}': order,
  'GET /items': findItems,
}
const options: HandlerOptions = { authenticate, routes, maxBodyBytes: 1000 }
const ana = { authorization: 'Bearer ana' }
const json = { 'content-type': 'application/json' }

/** What is asked, the status, and the value or the codes and paths of the errors. */
const cases: [what: string, path: string, init: RequestInit, status: number, answer: unknown][] = [
  ['a command by POST', '/shop/Order', post({ item: 'loom', quantity: 2 }, ana), 200, { item: 'loom', left: 8 }],
  ['a query by GET', '/shop/Greet?name=Bo&times=2', {}, 200, { text: 'hello Bo hello Bo' }],
  ['a query by POST', '/shop/Greet', post({ name: 'Bo' }), 200, { text: 'hello Bo' }],
  [
    'nested, listed and typed parameters',
    '/shop/FindItems?origin.code=LAX&origin.near=true&days=3&days=4&since=2024-05-01T00:00:00Z',
    {},
    200,
    { code: 'LAX', near: true, days: [3, 4], since: '2024-05-01T00:00:00.000Z' },
  ],
  [
    'one parameter of a list',
    '/shop/FindItems?origin.code=LAX&days=3',
    {},
    200,
    { code: 'LAX', near: false, days: [3], since: null },
  ],
  [
    'sets and big integers',
    '/shop/Sum',
    post({ numbers: [1, 1, 2], big: '9007199254740993' }),
    200,
    { total: '9007199254740997', distinct: [1, 2] },
  ],
  ['a route with a parameter', '/greetings/J%C3%BCrgen%20M', {}, 200, { text: 'hello Jürgen M' }],
  [
    'a route with a parameter and a body',
    '/orders/loom',
    { ...post({ quantity: 1 }, ana), method: 'PUT' },
    200,
    { item: 'loom', left: 9 },
  ],
  [
    'a number as the parameter beside a body',
    '/quantities/3',
    { ...post({ item: 'loom' }, ana), method: 'PUT' },
    200,
    { item: 'loom', left: 7 },
  ],
  [
    'a field in path and body',
    '/orders/loom',
    { ...post({ item: 'loom', quantity: 1 }, ana), method: 'PUT' },
    400,
    ['DuplicateKey item'],
  ],
  [
    'credentials that nobody knows',
    '/shop/Forget',
    post({}, { authorization: 'Bearer nobody' }),
    401,
    ['Unauthenticated'],
  ],
  ['a declared failure', '/shop/Order', post({ item: 'loom', quantity: 12 }, ana), 422, ['OutOfStock']],
  ['a mistake in the body', '/shop/BreakDown', post({}), 500, ['Internal']],
  [
    'a mistake in authenticate',
    '/shop/Greet?name=Bo',
    { headers: { authorization: 'Bearer broken' } },
    500,
    ['Internal'],
  ],
  ['a stranger', '/shop/Order', post({ item: 'loom', quantity: 1 }), 401, ['Unauthenticated']],
  ['a missing permission', '/shop/Forget', post({}, ana), 403, ['Denied']],
  ['a command without access', '/shop/Closed', post({}, ana), 404, ['UnknownCommand']],
  [
    'an unknown field',
    '/shop/Order',
    post({ item: 'loom', quantity: 1, colour: 'red' }, ana),
    400,
    ['UnrecognizedKeys'],
  ],
  ['an unknown parameter', '/shop/Greet?name=Bo&colour=red', {}, 400, ['UnrecognizedKeys']],
  [
    'several errors at once',
    '/shop/Order',
    post({ item: 1, quantity: 0 }, ana),
    400,
    ['InvalidType item', 'TooSmall quantity'],
  ],
  [
    'text for a number in JSON',
    '/shop/Order',
    post({ item: 'loom', quantity: '1' }, ana),
    400,
    ['InvalidType quantity'],
  ],
  ['broken JSON', '/shop/Order', post('{"item":', ana), 400, ['MalformedInput item']],
  ['a duplicate key', '/shop/Order', post('{"item":"a","item":"b","quantity":1}', ana), 400, ['DuplicateKey item']],
  [
    'an unsafe integer',
    '/shop/Order',
    post('{"item":"a","quantity":9007199254740993}', ana),
    400,
    ['UnsafeInteger quantity'],
  ],
  ['__proto__', '/shop/Order', post('{"__proto__":{},"item":"a","quantity":1}', ana), 400, ['ForbiddenKey __proto__']],
  [
    'half of a surrogate pair',
    '/shop/Order',
    post('{"item":"\\ud800","quantity":1}', ana),
    400,
    ['LoneSurrogate item'],
  ],
  ['too deep', '/shop/Order', post('['.repeat(80) + ']'.repeat(80), ana), 400, [`TooDeep${' 0'.repeat(64)}`]],
  ['too large', '/shop/Order', post(' '.repeat(1001), ana), 413, ['TooLarge']],
  ['an input that is no object', '/shop/Order', post('[]', ana), 400, ['InvalidType']],
  [
    'a form',
    '/shop/Order',
    { method: 'POST', headers: { ...ana }, body: new URLSearchParams({ item: 'a' }) },
    415,
    ['UnsupportedMediaType'],
  ],
  [
    'JSON in Latin-1',
    '/shop/Order',
    post('{}', { ...ana, 'content-type': 'application/json; charset=latin1' }),
    415,
    ['UnsupportedMediaType'],
  ],
  [
    'a compressed body',
    '/shop/Order',
    post(gzipSync('{"item":"loom","quantity":2}'), { ...ana, 'content-encoding': 'gzip' }),
    200,
    { item: 'loom', left: 8 },
  ],
  [
    'a body that is not compressed as it says',
    '/shop/Order',
    post('{}', { ...ana, 'content-encoding': 'gzip' }),
    400,
    ['MalformedInput'],
  ],
  [
    'a body compressed in a way that nobody knows',
    '/shop/Order',
    post('{}', { ...ana, 'content-encoding': 'compress' }),
    415,
    ['UnsupportedMediaType'],
  ],
  [
    'a body compressed twice',
    '/shop/Order',
    post('{}', { ...ana, 'content-encoding': 'gzip, gzip' }),
    415,
    ['UnsupportedMediaType'],
  ],
  [
    'a compressed body that becomes too large',
    '/shop/Order',
    post(gzipSync(' '.repeat(1001)), { ...ana, 'content-encoding': 'gzip' }),
    413,
    ['TooLarge'],
  ],
  [
    'JSON with its charset',
    '/shop/Greet',
    post({ name: 'Bo' }, { 'content-type': 'application/json; charset=UTF-8' }),
    200,
    { text: 'hello Bo' },
  ],
  [
    'a type that ends in +json',
    '/shop/Greet',
    post({ name: 'Bo' }, { 'content-type': 'application/vnd.shop+json' }),
    200,
    { text: 'hello Bo' },
  ],
  ['a query string beside a body', '/shop/Order?item=a', post({ quantity: 1 }, ana), 400, ['MalformedInput']],
  ['a command by GET', '/shop/Order', { headers: ana }, 405, ['UnsupportedMethod']],
  ['a method that nobody has', '/shop/Greet', { method: 'DELETE' }, 405, ['UnsupportedMethod']],
  ['an unknown command', '/shop/Nothing', post({}), 404, ['UnknownCommand']],
  ['an unknown path', '/what/is/this/place', {}, 404, ['UnknownPath']],
  ['a path with a slash at its end', '/shop/Greet/', {}, 404, ['UnknownPath']],
  ['a broken escape in a parameter', '/greetings/%ff', {}, 404, ['UnknownPath']],
  ['a type that cannot be had', '/shop/Greet?name=Bo', { headers: { accept: 'text/html' } }, 406, ['NotAcceptable']],
  ['a stream as one value', '/shop/Count', post({ to: 1 }, { accept: 'application/json' }), 406, ['NotAcceptable']],
  [
    'a type that is refused',
    '/shop/Greet?name=Bo',
    { headers: { accept: 'application/json;q=0, */*' } },
    406,
    ['NotAcceptable'],
  ],
  [
    'any application type',
    '/shop/Greet?name=Bo',
    { headers: { accept: 'text/html, application/*;q=0.5' } },
    200,
    { text: 'hello Bo' },
  ],
  [
    'an empty idempotency key',
    '/shop/Greet',
    post({ name: 'Bo' }, { 'idempotency-key': '""' }),
    400,
    ['MalformedInput'],
  ],
  [
    'a timeout that is none',
    '/shop/Greet',
    post({ name: 'Bo' }, { 'request-timeout': 'soon' }),
    400,
    ['MalformedInput'],
  ],
  [
    'a deadline that has passed',
    '/shop/Wait',
    post({ ms: 60_000 }, { 'request-timeout': '0' }),
    504,
    ['DeadlineExceeded'],
  ],
  [
    'a deadline that passes',
    '/shop/Wait',
    post({ ms: 60_000 }, { 'request-timeout': '0.05' }),
    504,
    ['DeadlineExceeded'],
  ],
  ['a target that is too long', `/shop/Greet?name=${'x'.repeat(8200)}`, {}, 414, ['TooLarge']],
  [
    'a parameter that is both value and group',
    '/shop/FindItems?origin=1&origin.code=LAX',
    {},
    400,
    ['MalformedInput origin'],
  ],
  [
    'a body from a page of another origin, which browsers do not ask about',
    '/shop/BreakDown',
    { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } },
    415,
    ['UnsupportedMediaType'],
  ],
  ['no body at all for no input', '/shop/Forget', { method: 'POST' }, 401, ['Unauthenticated']],
]

function post(input: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { ...json, ...headers },
    body: typeof input === 'string' || input instanceof Uint8Array ? (input as string) : JSON.stringify(input),
  }
}

let served: Served
beforeAll(async () => {
  served = await serve(options)
})
afterAll(() => served[Symbol.asyncDispose]())

const told = (status: number, body: unknown) => (status < 400 ? body : errorsOf(body))

test.each(cases)(
  '%s is answered alike by the server and the fetch handler',
  async (_, path, init, status, expected) => {
    const overNode = await served.ask(path, init)
    expect([overNode.status, told(overNode.status, overNode.body)]).toEqual([status, expected])

    const request = new Request(`http://shop.example${path}`, init)
    // The Fetch standard lets no script set this header; here it stands for what a browser sends.
    const overFetch = await fetchHandler(served.app, options as object)(request)
    if (new Headers(init.headers).has('sec-fetch-site')) return
    expect([overFetch.status, told(overFetch.status, await overFetch.json())]).toEqual([status, expected])
    const own = (headers: Headers) =>
      [...headers].filter(
        ([name]) => !['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'].includes(name),
      )
    expect(own(overFetch.headers)).toEqual(own(overNode.headers))
  },
)

describe('a problem', () => {
  test('carries what RFC 9457 asks for and every field of each error', async () => {
    const { headers, body } = await served.post('/shop/Order', { item: 'loom', quantity: 12 }, ana)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body).toEqual({
      type: 'urn:heddle:error:OutOfStock',
      title: 'Out of stock',
      status: 422,
      detail: 'Out of stock.',
      instance: '/shop/Order',
      errors: [
        {
          code: 'OutOfStock',
          key: 'domain:OutOfStock',
          path: [],
          via: [],
          category: 'domain',
          severity: 'info',
          message: 'Out of stock.',
          data: { missing: 2 },
          retry: 'never',
        },
      ],
    })
  })

  test('of a defect tells the trace id and nothing else', async () => {
    const traceId = '0123456789abcdef0123456789abcdef'
    const { body } = await served.post('/shop/BreakDown', {}, { traceparent: `00-${traceId}-0123456789abcdef-01` })
    expect(body).toMatchObject({ errors: [{ code: 'Internal', data: { traceId } }] })
    expect(JSON.stringify(body)).not.toMatch(/secret|passwd|\.ts|at /)
    expect(served.log.lines.some(({ fields }) => fields?.traceId === traceId)).toBe(true)
  })

  test('lists at most a hundred errors and says how many more there are', async () => {
    const { status, body } = await served.post('/shop/Sum', { numbers: Array(150).fill('') })
    expect(status).toBe(400)
    expect(errorsOf(body)).toHaveLength(100)
    expect(body).toMatchObject({ errorsLeftOut: 50 })
  })

  test('asks a stranger for credentials by WWW-Authenticate', async () => {
    const { headers } = await served.post('/shop/Order', {})
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })
})

describe('methods', () => {
  test('that a path has not get 405 with those that it has', async () => {
    const command = await served.ask('/shop/Order')
    expect(command.headers.get('allow')).toBe('POST, OPTIONS')
    const query = await served.ask('/shop/Greet', { method: 'PATCH' })
    expect(query.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS')
    const health = await served.ask('/health', { method: 'POST' })
    expect(health.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  test('are told by OPTIONS', async () => {
    const { status, headers } = await served.ask('/orders/x', { method: 'OPTIONS' })
    expect([status, headers.get('allow')]).toEqual([204, 'PUT, OPTIONS'])
  })

  test('HEAD gives the headers of GET without its body', async () => {
    const [head, get] = await Promise.all([
      served.ask('/shop/Greet?name=Bo', { method: 'HEAD' }),
      served.ask('/shop/Greet?name=Bo'),
    ])
    expect([head.status, head.body]).toEqual([200, ''])
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
  })
})

test('a value of no content is 204 without length', async () => {
  const everything = await serve({ authenticate: () => ({ id: 'boss', permissions: ['*'] }) })
  await using _ = everything
  const { status, headers, body } = await everything.post('/shop/Forget', {})
  expect([status, headers.get('content-length'), body]).toEqual([204, null, ''])
})

test('without authenticate only public commands are open', async () => {
  await using open = await serve({ authenticate: undefined })
  expect((await open.ask('/shop/Greet?name=Bo')).status).toBe(200)
  expect((await open.post('/shop/Order', { item: 'loom', quantity: 1 }, ana)).status).toBe(401)
})

test('a route to a command that the app does not have stops the start', async () => {
  const opened = await app('other', { parts: [http({ port: 0, routes: { 'POST /orders': order } })] }).open()
  await expect(opened.start()).rejects.toThrow('route "POST /orders" needs shop.Order')
  await opened.close()
})

test('with `commands: routes` only the listed routes are served', async () => {
  await using listed = await serve({ commands: 'routes', routes })
  expect((await listed.ask('/shop/Greet?name=Bo')).status).toBe(404)
  expect((await listed.ask('/greetings/Bo')).status).toBe(200)
})

test('one idempotency key, quoted or not, is one call', async () => {
  const first = await served.post('/shop/Order', { item: 'loom', quantity: 1 }, { ...ana, 'idempotency-key': 'k-1' })
  const again = await served.post('/shop/Order', { item: 'loom', quantity: 1 }, { ...ana, 'idempotency-key': '"k-1"' })
  expect(again.body).toEqual(first.body)
  const other = await served.post('/shop/Order', { item: 'reed', quantity: 1 }, { ...ana, 'idempotency-key': 'k-1' })
  expect([other.status, errorsOf(other.body)]).toEqual([422, ['KeyReused']])
})
