import { app, command, exposed, fromCaller, ref, type Referable, sensitive, stream } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { authenticate, errorsOf } from '../../test/serving.ts'
import { fetchHandler } from '../http/fetch-handler.ts'
import { openApi } from '../openapi/openapi.ts'
import { http } from '../http/http.ts'
import { expose } from './expose.ts'

const accounts = new Map([
  ['a1', { id: 'a1', owner: 'ana' }],
  ['b1', { id: 'b1', owner: 'bob' }],
])
const Account: Referable<{ id: string; owner: string }, string> = {
  name: 'shop.Account',
  keyType: z.string(),
  load: (_scope, keys) => keys.map((key) => accounts.get(key)),
}
const transfer = command('shop.Transfer', {
  input: z.object({ from: ref(Account), to: ref(Account), cents: z.int().positive() }),
  output: z.object({ by: z.string(), cents: z.int(), receipt: sensitive(z.string()) }),
  errors: { InsufficientFunds: z.object({ missing: z.int() }) },
  examples: [{ from: 'a1', to: 'b1', cents: 5 }],
  run: ({ input: { from, cents }, fail }) =>
    cents > 100 ? fail.InsufficientFunds({ missing: cents - 100 }) : { by: from.owner, cents, receipt: 'r-1' },
})

/** The command as it is, for owners alone. */
const own = expose(transfer, {
  as: 'api.Transfer',
  version: 2,
  access: ({ principal }, { from }: { from: { owner: string } }) => ({
    allowed: from.owner === principal?.id,
    because: `the account is of ${from.owner}`,
  }),
})
/** As it was once, in euros. */
const old = expose(transfer, {
  as: 'api.TransferV1',
  version: 1,
  deprecated: { since: '2026-11-01', sunset: '2027-05-01', use: 'api.Transfer' },
  access: 'shop:order',
  summary: 'Move euros',
  input: {
    type: z.object({ accounts: z.tuple([z.string(), z.string()]), euros: z.number() }),
    map: ({ accounts: [from, to], euros }) => ({ from, to, cents: Math.round(euros * 100) }),
    places: { cents: 'euros', from: 'accounts/0', to: 'accounts/1' },
  },
  result: { type: z.object({ euros: z.number() }), map: ({ cents }) => ({ euros: cents / 100 }) },
  errors: {
    InsufficientFunds: {
      as: 'NoMoney',
      type: z.object({ euros: z.number() }),
      map: ({ missing }) => ({ euros: missing / 100 }),
    },
  },
})
const parts = [own, old]
const shop = await app('shop', { parts }).open()
const handle = fetchHandler(shop, { authenticate, cors: { origins: ['https://page.example'] } })

async function send(path: string, input: object, headers: Record<string, string> = {}) {
  const answer = await handle(
    new Request(`http://shop.example${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer ana', ...headers },
      body: JSON.stringify(input),
    }),
  )
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as object }
}

const cents = { from: 'a1', to: 'b1', cents: 30 }
const euros = { accounts: ['a1', 'b1'], euros: 0.3 }

describe('what callers know', () => {
  test('a command is exposed under another name, with a rule that says why not', async () => {
    expect((await send('/api/Transfer', cents)).body).toEqual({ by: 'ana', cents: 30 })
    const denied = await send('/api/Transfer', { ...cents, from: 'b1' })
    expect([denied.status, JSON.stringify(denied.body)]).toEqual([403, expect.stringContaining('account is of bob')])
    // The command behind is closed, so from outside it is not there.
    expect((await send('/shop/Transfer', cents)).status).toBe(404)
  })

  test('input errors and missing records stand where callers sent them', async () => {
    const refused = async (path: string, input: object) => {
      const { status, body } = await send(path, input)
      return [status, ...errorsOf(body)]
    }
    expect(await refused('/api/Transfer', { ...cents, cents: -1 })).toEqual([400, 'TooSmall cents'])
    expect(await refused('/api/Transfer', { ...cents, to: 'x' })).toEqual([404, 'NotFound to'])
    expect(await refused('/api/TransferV1', { ...euros, euros: -1 })).toEqual([400, 'TooSmall euros'])
    expect(await refused('/api/TransferV1', { ...euros, accounts: ['a1', 'x'] })).toEqual([404, 'NotFound accounts 1'])
    expect(await refused('/api/TransferV1', cents)).toEqual([
      400,
      'InvalidType accounts',
      'InvalidType euros',
      'UnrecognizedKeys',
    ])
  })

  test('results and errors are told as callers know them', async () => {
    expect((await send('/api/TransferV1', euros)).body).toEqual({ euros: 0.3 })
    const { status, body } = await send('/api/TransferV1', { ...euros, euros: 2 })
    expect([status, body]).toMatchObject([
      422,
      { errors: [{ code: 'NoMoney', key: 'domain:NoMoney', data: { euros: 1 }, via: [] }] },
    ])
    const section = shop.manifest.parts.command!['api.TransferV1'] as { possibleErrors: string[]; errors: object }
    expect(Object.keys(section.errors)).toEqual(['NoMoney'])
    expect(section.possibleErrors).toEqual(expect.arrayContaining(['domain:NoMoney', 'data/accounts/0:NotFound']))
    expect(section.possibleErrors.join()).not.toMatch(/InsufficientFunds|cents|shop\.Transfer/)
  })

  test('sensitive fields stay inside unless they are opted in', async () => {
    const open = expose(transfer, { as: 'api.Open', access: 'public', exposed: ['receipt'] })
    const one = await app('one', { parts: [open] }).open()
    const answer = await fetchHandler(one)(
      new Request('http://shop.example/api/Open', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(cents),
      }),
    )
    expect(await answer.json()).toEqual({ by: 'ana', cents: 30, receipt: 'r-1' })
    const output = (name: string) => JSON.stringify((one.manifest.parts.command![name] as { output: object }).output)
    expect([output('api.Open').includes('receipt'), output('shop.Transfer').includes('receipt')]).toEqual([true, false])
  })

  test('the caller is mapped into inputs of the command behind, and may be nobody', async () => {
    const post = command('forum.Post', {
      input: z.object({
        text: z.string(),
        author: fromCaller(z.string().optional(), ({ principal }) => principal?.id),
      }),
      output: z.object({ text: z.string(), author: z.string().optional() }),
      run: ({ input }) => input,
    })
    const forum = await app('forum', { parts: [expose(post, { as: 'api.Post', access: 'public' })] }).open()
    const call = (as: Parameters<typeof forum.callByName>[2]) =>
      forum.callByName('api.Post', { text: 'hi' }, { from: 'json', ...as })
    expect(await call({ as: { id: 'ana', permissions: [] } })).toMatchObject({ value: { text: 'hi', author: 'ana' } })
    expect(await call({ as: null })).toEqual({ ok: true, value: { text: 'hi' } })
    const sent = await forum.callByName('api.Post', { text: 'hi', author: 'eve' }, { from: 'json', as: null })
    expect(sent).toMatchObject({ errors: [{ code: 'UnrecognizedKeys', via: [] }] })
  })
})

describe('versions', () => {
  test('two versions are served at once: by path, by header and by name', async () => {
    for (const [path, headers] of [
      ['/v1/api/Transfer', {}],
      ['/api/Transfer', { 'heddle-version': '1' }],
      ['/api/TransferV1', {}],
    ] as const) {
      expect((await send(path, euros, headers)).body, path).toEqual({ euros: 0.3 })
    }
    for (const [path, headers] of [
      ['/v2/api/Transfer', {}],
      ['/api/Transfer', { 'heddle-version': '2' }],
      ['/api/Transfer', {}],
    ] as const) {
      expect((await send(path, cents, headers)).body, path).toEqual({ by: 'ana', cents: 30 })
    }
    const unknown = await send('/api/Transfer', cents, { 'heddle-version': '3' })
    expect([unknown.status, errorsOf(unknown.body)]).toEqual([404, ['UnknownCommand']])
  })

  test('a deprecated one says since when, until when and what takes its place, also where it fails', async () => {
    for (const input of [euros, {}]) {
      const { headers } = await send('/v1/api/Transfer', input)
      expect(Object.fromEntries(headers)).toMatchObject({
        deprecation: '@1793491200',
        sunset: 'Sat, 01 May 2027 23:59:59 GMT',
        link: '</v2/api/Transfer>; rel="successor-version"',
      })
    }
    expect(new Date(1_793_491_200_000).toISOString()).toBe('2026-11-01T00:00:00.000Z')
    const { headers } = await send('/api/Transfer', cents, { origin: 'https://page.example' })
    expect([headers.get('deprecation'), headers.get('vary')]).toEqual([null, 'heddle-version, origin'])
  })

  test('the document tells of them', async () => {
    const served = await app('shop', { parts: [...parts, http()] }).open()
    const { paths } = openApi(served.manifest)
    expect(paths['/v1/api/Transfer']!.post).toMatchObject({ deprecated: true, summary: 'Move euros' })
    expect(JSON.stringify(paths['/v1/api/Transfer']!.post)).toContain(
      'Deprecated since 2026-11-01, gone after 2027-05-01',
    )
    expect(paths['/v2/api/Transfer']!.post).not.toHaveProperty('deprecated')
    expect(JSON.stringify(paths['/api/Transfer']!.post)).toContain('#/components/parameters/Version')
    expect(paths['/v1/api/Transfer']!.post).toHaveProperty(['responses', '200', 'headers', 'Sunset'])
  })
})

test('items of a stream are made, too', async () => {
  const count = command('math.Count', {
    kind: 'query',
    input: z.object({}),
    output: stream(z.int(), z.object({ key: sensitive(z.string()) })),
    async *run() {
      yield 1
      yield 2
      return { key: 'k' }
    },
  })
  const words = expose(count, {
    as: 'api.Count',
    access: 'public',
    item: { type: z.object({ n: z.int() }), map: (n) => ({ n }) },
    exposed: ['key'],
  })
  const math = await app('math', { parts: [words] }).open()
  const answer = await fetchHandler(math)(new Request('http://shop.example/api/Count'))
  expect(await answer.text()).toBe('{"item":{"n":1}}\n{"item":{"n":2}}\n{"value":{"key":"k"}}\n')
})

test.each<[string, () => unknown, string]>([
  ['without a name of its own', () => expose(transfer, { access: 'public' }), 'needs a name of its own'],
  [
    'items of no stream',
    () => expose(transfer, { as: 'api.A', access: 'public', item: { type: z.int(), map: () => 1 } }),
    'streams no items',
  ],
  [
    'a place without a secret',
    () => expose(transfer, { as: 'api.A', access: 'public', exposed: ['by'] }),
    'nothing in its value at "by"',
  ],
  [
    'a place that is not there',
    () => expose(transfer, { as: 'api.A', access: 'public', exposed: ['x/y'] }),
    'nothing in its value at "x/y"',
  ],
  [
    'an error that is not declared',
    () => expose(transfer, { as: 'api.A', access: 'public', errors: { Nope: { as: 'No' } } as {} }),
    'declares no error Nope',
  ],
  [
    'a successor that is not there',
    () =>
      app('a', {
        parts: [expose(transfer, { as: 'api.A', access: 'public', deprecated: { since: '2026-11-01', use: 'api.B' } })],
      }).manifest(),
    'api.B',
  ],
])('%s is refused where it is declared', (_what, declare, reason) => {
  expect(declare).toThrow(reason)
})

test('a version that two commands state is refused at the start', async () => {
  const again = expose(transfer, { as: 'api.TransferV2', version: 2, access: 'public' })
  const twice = await app('twice', { parts: [own, again] }).open()
  expect(() => fetchHandler(twice)).toThrow('POST /v2/api/Transfer')
})

test('a secret in a list is opted in by its place', () => {
  const list = command('a.List', {
    input: z.object({}),
    output: z.object({
      keys: z.array(z.object({ key: sensitive(z.string()) })).optional(),
      other: exposed(sensitive(z.string())),
    }),
    run: () => ({ other: '' }),
  })
  const { output } = expose(list, { as: 'api.List', access: 'public', exposed: ['keys/#/key'] })
  expect(() => (output as z.ZodType).parse({ keys: [{ key: 'k' }], other: '' })).not.toThrow()
})
