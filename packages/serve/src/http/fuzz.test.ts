import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type Served } from '../../test/serving.ts'
import type { Problem } from './problem.ts'

/** Whatever is sent, the answer is no defect, tells nothing of the insides, and the next good call works. */

let served: Served
beforeAll(async () => {
  served = await serve({ requestTimeout: '1s', headersTimeout: '1s', keepAliveTimeout: '1s' })
})
afterAll(() => served[Symbol.asyncDispose]())

const insides = /node_modules|\.ts:\d|\bat \w+ \(|Error:|secret|node:internal/

const paths = fc.oneof(
  fc.constantFrom(
    '/shop/Order',
    '/shop/Greet',
    '/shop/FindItems',
    '/shop/Sum',
    '/shop/Count',
    '/shop/Forget',
    '/shop/Closed',
  ),
  fc.constantFrom(
    '/',
    '/health',
    '/ready',
    '/_heddle/try.js',
    '/_heddle/page.css',
    '/shop',
    '//',
    '/shop//Order',
    '/shop/Order/',
    '/__proto__/constructor',
    '/shop/toString',
  ),
  fc.webPath(),
)
const query = fc.oneof(
  fc.constant(''),
  fc.webQueryParameters().map((text) => `?${text}`),
  fc.constantFrom(
    '?name=Bo',
    '?origin.code=LAX&days=1',
    '?origin.__proto__.x=1',
    '?name=%',
    '?days.length=3',
    '?toString=1',
  ),
)
const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND')
const headerValue = fc.oneof(
  fc.constantFrom(
    '',
    '*',
    '*/*',
    'application/json',
    'application/json;q=0',
    'text/plain',
    'null',
    'gzip',
    'Bearer ana',
    '0',
    '-1',
    '1e309',
    '"',
    '""',
    '00-00000000000000000000000000000000-0000000000000000-00',
    ';;;,,,',
    '__proto__',
  ),
  fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 80 }),
)
const headerName = fc.constantFrom(
  'content-type',
  'accept',
  'authorization',
  'idempotency-key',
  'request-timeout',
  'traceparent',
  'content-encoding',
  'origin',
  'access-control-request-method',
  'if-none-match',
  'sec-fetch-site',
  'heddle-as',
  'x-anything',
  'cookie',
)
const headers = fc.dictionary(headerName, headerValue, { maxKeys: 5 })

/** A sound input, and then one place of it changed into anything. */
const sound = fc.constantFrom<object>(
  { item: 'loom', quantity: 1 },
  { name: 'Bo', times: 2 },
  { origin: { code: 'LAX', near: true }, days: [1, 2], order: 'name' },
  { numbers: [1, 2.5], big: '12' },
  { to: 2, size: 1 },
)
const mutated = fc
  .tuple(sound, fc.nat(10), fc.oneof(fc.jsonValue(), fc.constantFrom('\ud800', '9'.repeat(400), -0, 2 ** 60, 1e308)))
  .map(([input, place, value]) => {
    const names = Object.keys(input)
    return JSON.stringify({ ...input, [names[place % (names.length + 1)] ?? 'extra']: value })
  })
const broken = fc.tuple(sound, fc.nat(60), fc.string({ unit: 'binary', maxLength: 3 })).map(([input, at, text]) => {
  const json = JSON.stringify(input)
  return json.slice(0, at) + text + json.slice(at + 1)
})
const body = fc.oneof(
  mutated,
  broken,
  fc.json(),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
  fc.constantFrom('', '{}', '[]', 'null', '"', '{"a":1,"a":2}', '['.repeat(2000)),
)

async function assertHarmless(path: string, init: RequestInit): Promise<void> {
  const answer = await fetch(served.url + path, { ...init, redirect: 'manual' })
  const text = await answer.text()
  // A timeout of no time at all is answered by 504.
  expect(answer.status < 500 || (answer.status === 504 && /DeadlineExceeded/.test(text)), text).toBe(true)
  expect(text.startsWith('<!doctype') || text.startsWith('(function') || !insides.test(text), text).toBe(true)
  if (answer.status < 400 || init.method === 'HEAD') return
  const problem = JSON.parse(text) as Problem
  expect(problem.status).toBe(answer.status)
  expect(problem.errors.length).toBeGreaterThan(0)
  for (const error of problem.errors)
    expect(Object.keys(error)).toEqual(expect.arrayContaining(['code', 'key', 'path', 'message', 'retry']))
}

test('random paths, queries, methods and headers', async () => {
  await fc.assert(
    fc.asyncProperty(paths, query, methods, headers, async (path, text, method, own) => {
      await assertHarmless((path || '/') + text, { method, headers: own })
    }),
    { numRuns: 500 },
  )
})

test('random and mutated bodies to every command', async () => {
  await fc.assert(
    fc.asyncProperty(
      paths,
      body,
      fc.constantFrom('application/json', 'application/json', 'text/plain', 'application/x+json'),
      fc.boolean(),
      async (path, content, type, known) => {
        const own = { 'content-type': type, ...(known && { authorization: 'Bearer ana' }) }
        await assertHarmless(path || '/', { method: 'POST', headers: own, body: content as BodyInit })
      },
    ),
    { numRuns: 1000 },
  )
})

test('random bytes and mutated requests on the bare connection, and the server lives on', async () => {
  const request =
    'POST /shop/Order HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n{"item":"loom","quantity":1}'
  const edited = fc
    .tuple(fc.nat(request.length), fc.nat(8), fc.uint8Array({ maxLength: 8 }))
    .map(([at, cut, bytes]) =>
      Buffer.concat([
        Buffer.from(request.slice(0, at)),
        bytes,
        Buffer.from(request.slice(at + cut)),
        Buffer.from('\r\n\r\n'),
      ]),
    )
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        edited,
        fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.concat([bytes, Buffer.from('\r\n\r\n')])),
      ),
      async (bytes) => {
        const answer = await served.raw(bytes)
        expect(/^HTTP\/1\.1 50/m.test(answer), answer).toBe(false)
        expect(insides.test(answer), answer).toBe(false)
      },
    ),
    { numRuns: 150, interruptAfterTimeLimit: 15_000 },
  )
  expect((await served.ask('/shop/Greet?name=Bo')).status).toBe(200)
  // In development it is told once that a command is closed.
  expect(served.log.lines.filter(({ severity }) => severity !== 'info')).toEqual([])
})
