import { app, command, file } from '@heddle/core'
import { compileErrors, validate } from '@readme/openapi-parser'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { giveAll, kinds, takeAll } from '../../test/every-kind.ts'
import { serve } from '../../test/serving.ts'
import { findItems, greet, order, shop, shopCommands } from '../../test/shop.ts'
import { apiKeys, describeSignIn, firstOf, jwt } from '../access/index.ts'
import { http } from '../http/http.ts'
import { openApi } from './openapi.ts'
import type { OpenApiDocument } from './document.ts'

/** What a public validator finds wrong with a document. It changes what it is given, so it gets a copy. */
async function faultsOf(document: OpenApiDocument): Promise<string> {
  const found = await validate(JSON.parse(JSON.stringify(document)))
  return found.valid ? '' : compileErrors(found)
}

/** Every reference of a document and where it leads. */
function danglingIn(document: OpenApiDocument): string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]*)"/g)].map(([, ref]) => ref!)
  const leads = (ref: string) =>
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document)
  return references.filter((ref) => leads(ref) === undefined)
}

/** What stands at a place of a document. */
const at = (value: unknown, ...path: (string | number)[]) =>
  path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value)

const operation = ({ paths }: OpenApiDocument, id: string) =>
  Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .find(({ operationId }) => operationId === id)

const everything = await app('kinds', {
  parts: [
    kinds,
    http({
      authenticate: firstOf(apiKeys(), jwt({ issuer: 'a', audience: 'b', secret: 'x'.repeat(32) })),
      routes: { 'PUT /texts/{text}': takeAll, 'GET /ints/{int}': giveAll, 'DELETE /ints/{number}': takeAll },
    }),
  ],
}).open()

test('a public validator accepts the document of every kind of type, and every reference leads somewhere', async () => {
  const document = openApi(everything.manifest)
  expect(await faultsOf(document)).toBe('')
  expect(danglingIn(document)).toEqual([])
})

test('the validator refuses what is wrong', async () => {
  const document = openApi(everything.manifest)
  expect(await faultsOf({ ...document, paths: { '/a': { get: { responses: 1 } } } })).not.toBe('')
})

test('every command and route has an operation of its own name', () => {
  const { paths } = openApi(everything.manifest)
  const told = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${method} ${path} ${operationId}`),
  )
  expect(told).toEqual([
    'post /kinds/File kinds.File',
    'post /kinds/Give kinds.Give',
    'get /kinds/Give kinds.Give.get',
    'post /kinds/Record kinds.Record',
    'get /kinds/Record kinds.Record.get',
    'post /kinds/Take kinds.Take',
    'post /kinds/Tree kinds.Tree',
    'get /kinds/Tree kinds.Tree.get',
    'put /texts/{text} kinds.Take.put',
    'get /ints/{int} kinds.Give.get_ints_int_',
    'delete /ints/{int} kinds.Take.delete',
  ])
})

test('fields stand where they are sent: in the path, the query or the body', () => {
  const document = openApi(everything.manifest)
  const parameters = (id: string) => at(operation(document, id), 'parameters') as { in?: string; name: string }[]
  const names = (id: string, where: string) =>
    parameters(id)
      .filter((one) => one.in === where)
      .map(({ name }) => name)
  expect(names('kinds.Take.put', 'path')).toEqual(['text'])
  const body = at(operation(document, 'kinds.Take.put'), 'requestBody', 'content', 'application/json')
  expect(at(body, 'schema', 'properties')).not.toHaveProperty('text')
  expect(at(body, 'schema', 'required')).not.toContain('text')
  expect(at(body, 'examples', 'example1', 'value')).toEqual({ pattern: 'aa', password: '•••' })
  expect(names('kinds.Give.get', 'query')).toEqual(expect.arrayContaining(['list', 'nested.deep.code', 'set']))
  expect(parameters('kinds.Record.get')[0]).toMatchObject({ style: 'form', explode: true })
  const listed = parameters('kinds.Give.get').find(({ name }) => name === 'listOfObjects')
  expect(at(listed, 'content')).toHaveProperty(['application/json'])
})

test('secrets are written and do not come back; files are parts of a form; streams are lines', () => {
  const document = openApi(everything.manifest)
  const field = (schema: string, name: string) => at(document.components.schemas, schema, 'properties', name)
  expect(field('kinds.Take.Input', 'password')).toMatchObject({ writeOnly: true, 'x-sensitive': true })
  expect(field('kinds.Give.Output', 'password')).toBeUndefined()
  expect(field('kinds.Take.Input', 'owner')).toMatchObject({ 'x-pii': true })
  const form = at(operation(document, 'kinds.File'), 'requestBody', 'content', 'multipart/form-data')
  expect(form).toMatchObject({
    schema: { properties: { photo: {}, title: { type: 'string' } } },
    encoding: { photo: { contentType: 'image/*, text/plain' } },
  })
  const content = at(operation(document, 'kinds.File'), 'requestBody', 'content')
  expect(Object.keys(content as object)).toEqual(['application/json', 'multipart/form-data', 'image/*', 'text/plain'])
  const beside = at(operation(document, 'kinds.File'), 'parameters', 0)
  expect(beside).toEqual({
    name: 'title',
    in: 'query',
    required: false,
    description: 'Where the body is the file itself.',
    schema: { type: 'string' },
  })
  const answer = at(operation(document, 'kinds.Tree'), 'responses', 200, 'content')
  expect(Object.keys(answer as object)).toEqual(['application/x-ndjson', 'text/event-stream'])
})

test('a declared error is told under its status with the type of its data', async () => {
  const opened = await shop(http({ routes: { 'GET /items': findItems } })).open()
  const document = openApi(opened.manifest)
  expect(await faultsOf(document)).toBe('')
  const problem = at(operation(document, 'shop.Order'), 'responses', 422)
  expect(at(problem, 'description')).toBe('`KeyReused`, `OutOfStock`')
  const typed = at(problem, 'content', 'application/problem+json', 'schema', 'allOf', 1)
  const known = at(typed, 'properties', 'errors', 'items', 'anyOf', 0)
  expect(known).toEqual({ $ref: '#/components/schemas/shop.Order.OutOfStock' })
  expect(document.components.schemas['shop.Order.OutOfStock']).toMatchObject({
    allOf: [{}, { properties: { code: { const: 'OutOfStock' }, data: {} } }],
  })
})

test('ways to sign in are those of `authenticate`; for public commands they are optional', async () => {
  const document = openApi(everything.manifest)
  const { components } = document
  expect(Object.keys(components.securitySchemes ?? {})).toEqual(['apiKey', 'apiKeyAsBearer', 'jwt'])
  expect(operation(document, 'kinds.Take')?.security).toEqual([{}, { apiKey: [] }, { apiKeyAsBearer: [] }, { jwt: [] }])
  expect(operation(document, 'kinds.Give')?.security).toEqual([{ apiKey: [] }, { apiKeyAsBearer: [] }, { jwt: [] }])
  const cookie = { type: 'apiKey', in: 'cookie', name: 'session' }
  const own = await shop(http({ authenticate: describeSignIn(() => undefined, { session: cookie }) })).open()
  expect(openApi(own.manifest).components.securitySchemes).toEqual({ session: cookie })
  const basic = await shop(http({ authenticate: () => undefined, challenge: 'Basic realm="shop"' })).open()
  expect(openApi(basic.manifest).components.securitySchemes).toEqual({ basic: { type: 'http', scheme: 'basic' } })
})

test('a form may bring several files, as the server reads them', () => {
  const compare = command('kinds.Compare', {
    access: 'public',
    input: z.object({
      note: z.string().optional(),
      left: file({ types: ['image/png'] }),
      inner: z.object({ right: file() }),
    }),
    output: z.null(),
    run: () => null,
  })
  const { content } = at(
    operation(openApi(app('files', { parts: [compare, http()] }).manifest()), 'kinds.Compare'),
    'requestBody',
  ) as { content: object }
  expect(Object.keys(content)).toEqual(['application/json', 'multipart/form-data'])
  expect(at(content, 'multipart/form-data')).toEqual({
    schema: {
      type: 'object',
      properties: { note: { type: 'string' }, left: {}, 'inner.right': {} },
      required: ['left', 'inner.right'],
    },
    encoding: { left: { contentType: 'image/png' } },
  })
})

test('limits, tenants, keys and fences stand where they hold, with the headers of their answers', async () => {
  const rateLimits = [{ name: 'calls', limit: 600, per: '1m' }]
  const authenticate = apiKeys()
  const parts = [shopCommands, http({ rateLimits, authenticate })]
  const opened = await app('shop', { parts, tenancy: 'shared' }).open()
  const document = openApi(opened.manifest)
  expect(await faultsOf(document)).toBe('')
  expect(danglingIn(document)).toEqual([])
  const headersOf = (id: string, status: number) => {
    const found = at(operation(document, id), 'responses', status, 'headers')
    return Object.keys((found ?? {}) as object)
  }
  expect(headersOf('shop.Order', 200)).toEqual(['RateLimit', 'RateLimit-Policy'])
  expect(headersOf('shop.Order', 401)).toEqual(['WWW-Authenticate', 'RateLimit', 'RateLimit-Policy'])
  expect(headersOf('shop.Order', 429)).toEqual(['Retry-After', 'RateLimit', 'RateLimit-Policy'])
  expect(headersOf('shop.Greet.get', 200)).toEqual(['ETag', 'RateLimit', 'RateLimit-Policy'])
  expect(at(document.components.headers, 'RateLimitPolicy', 'description')).toContain(
    'calls: 600 calls in 1m by principal',
  )
  const sent = (id: string) =>
    (at(operation(document, id), 'parameters') as { $ref?: string }[]).flatMap(
      ({ $ref }) => $ref?.split('/').at(-1) ?? [],
    )
  expect(sent('shop.Order')).toEqual(['IdempotencyKey', 'RequestTimeout', 'Fence', 'Tenant'])
  expect(sent('shop.Greet.get')).toEqual(['RequestTimeout', 'Tenant'])
  expect(Object.keys(at(operation(document, 'shop.Order'), 'responses') as object)).toContain('403')
})

test('without limits, tenants and sign-in nothing is said of them', async () => {
  const opened = await shop(http()).open()
  const document = openApi(opened.manifest)
  const text = JSON.stringify(document)
  expect(text).not.toMatch(/RateLimit-Policy|Heddle-Tenant|InvalidCredentials/)
  expect(at(operation(document, 'shop.Greet'), 'responses', 429)).toBeUndefined()
})

test('is served, not sent twice, and can be left out', async () => {
  await using served = await serve({ routes: { 'PUT /orders/{item}': order, 'GET /greetings/{name}': greet } })
  const { status, headers, body } = await served.ask('/openapi.json')
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json'])
  expect(body).toEqual(JSON.parse(JSON.stringify(openApi(served.app.manifest))))
  const again = await served.ask('/openapi.json', { headers: { 'if-none-match': headers.get('etag')! } })
  expect([again.status, again.body]).toEqual([304, ''])
  await using without = await serve({ openApi: false })
  expect((await without.ask('/openapi.json')).status).toBe(404)
})

test('an app that serves nothing over HTTP has no document, and the error says so', async () => {
  const opened = await shop().open()
  expect(() => openApi(opened.manifest)).toThrow('needs the part http()')
  expect(() => openApi(everything.manifest, { surface: 'inner' })).toThrow('an HTTP surface of the name "inner"')
})
