import { app, command, memoryLog } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { codesOf, LiveClient } from '../../../test/live-client.ts'
import { serve } from '../../../test/serving.ts'
import { http } from '../../http/http.ts'
import { webSocket } from './web-socket.ts'

const mounts = [webSocket()]
const ana = { headers: { authorization: 'Bearer ana' } }

async function connected(options: object = {}, how: object = ana) {
  const served = await serve({ mounts, ...options })
  const client = await LiveClient.connect(served.url, how)
  return {
    served,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await served[Symbol.asyncDispose]()
    },
  }
}

test('a call is answered under its id with the value or with every error, as over HTTP', async () => {
  await using on = await connected()
  const { client, served } = on
  expect(await client.call(1, 'shop.Order', { item: 'loom', quantity: 2 })).toEqual({
    id: 1,
    value: { item: 'loom', left: 8 },
  })
  for (const [id, [name, input]] of Object.entries({
    declared: ['shop.Order', { item: 'loom', quantity: 12 }],
    input: ['shop.Order', { item: 7, quantity: 'x', extra: 1 }],
    denied: ['shop.Forget', {}],
    closed: ['shop.Closed', {}],
    defect: ['shop.BreakDown', {}],
  } as const)) {
    const { errors } = await client.call(id, name, input)
    const over = await served.post(`/${name.replace('.', '/')}`, input, ana.headers)
    const comparable = (all: unknown) =>
      JSON.parse(JSON.stringify(all).replaceAll(/[\da-f]{32}/g, 'a trace')) as unknown
    expect([id, comparable(errors)]).toEqual([id, comparable((over.body as { errors: unknown }).errors)])
  }
  expect(codesOf(await client.call('x', 'shop.Nothing'))).toEqual(['UnknownCommand'])
  expect(await client.call(2, 'shop.Sum', { numbers: [1, 1], big: '9007199254740993' })).toEqual({
    id: 2,
    value: { total: '9007199254740995', distinct: [1] },
  })
})

test('items and progress come on the way, in their order', async () => {
  await using on = await connected()
  expect(await on.client.call(1, 'shop.Count', { to: 3 })).toEqual({ id: 1, value: { total: 3 } })
  expect(on.client.told).toEqual([
    { id: 1, item: { n: 1, filler: '' } },
    { id: 1, progress: { done: 2, total: 3 } },
    { id: 1, item: { n: 2, filler: '' } },
    { id: 1, item: { n: 3, filler: '' } },
    { id: 1, value: { total: 3 } },
  ])
})

test('calls run side by side, and each can be cancelled or have its time', async () => {
  await using on = await connected()
  const { client } = on
  client.send({ id: 1, call: 'shop.Wait', input: { ms: 3_600_000 } })
  client.send({ id: 2, call: 'shop.Wait', input: { ms: 3_600_000 }, timeout: 0.02 })
  expect((await client.call(3, 'shop.Greet', { name: 'Bo' })).value).toEqual({ text: 'hello Bo' })
  expect(codesOf(await client.end(2))).toEqual(['DeadlineExceeded'])
  client.send({ id: 1, cancel: true })
  expect(codesOf(await client.end(1))).toEqual(['Cancelled'])
})

test('a client that leaves cancels what it has asked for', async () => {
  const served = await serve({ mounts })
  const client = await LiveClient.connect(served.url)
  client.send({ id: 1, call: 'shop.Wait', input: { ms: 3_600_000 } })
  await client.call(2, 'shop.Greet', { name: 'Bo' })
  await client[Symbol.asyncDispose]()
  // It would wait an hour for the call.
  await served.app.close({ graceMs: 3_600_000 })
})

test('the same key is the same call', async () => {
  await using on = await connected()
  const input = { item: 'loom', quantity: 2 }
  const first = await on.client.call(1, 'shop.Order', input, { key: 'k-1' })
  expect(await on.client.call(2, 'shop.Order', input, { key: 'k-1' })).toEqual({ ...first, id: 2 })
  expect(codesOf(await on.client.call(3, 'shop.Order', { ...input, quantity: 3 }, { key: 'k-1' }))).toEqual([
    'KeyReused',
  ])
})

test('who calls is known from the upgrade, or from a message that comes later', async () => {
  await using on = await connected({}, {})
  const { client } = on
  const input = { item: 'loom', quantity: 2 }
  expect(codesOf(await client.call(1, 'shop.Order', input))).toEqual(['Unauthenticated'])
  client.send({ authorization: 'Bearer ana' })
  // Sent right behind it, and answered for Ana.
  expect((await client.call(2, 'shop.Order', input)).value).toEqual({ item: 'loom', left: 8 })
  expect(client.told[1]).toEqual({ principal: 'ana' })
  client.send({ authorization: 'Bearer broken' })
  expect(codesOf(await client.find((told) => told.refused === null))).toEqual(['Internal'])
  expect((await client.call(3, 'shop.Order', input)).value).toBeDefined()
  client.send({ authorization: '' })
  expect(codesOf(await client.call(4, 'shop.Order', input))).toEqual(['Unauthenticated'])
  expect(JSON.stringify(client.told)).not.toContain('secret')
})

test('a stranger whose credentials are refused is no stranger any more, and nobody else either', async () => {
  await using on = await connected({}, {})
  const { client } = on
  expect((await client.call(1, 'shop.Greet', { name: 'Bo' })).value).toEqual({ text: 'hello Bo' })
  client.send({ authorization: 'Bearer broken' })
  expect(codesOf(await client.call(2, 'shop.Greet', { name: 'Bo' }))).toEqual(['Internal'])
  client.send({ authorization: 'Bearer ana' })
  expect((await client.call(3, 'shop.Greet', { name: 'Bo' })).value).toEqual({ text: 'hello Bo' })
})

test('what only routes open is open here as far and no further', async () => {
  const { greet } = (await import('../../../test/shop.ts')).shopCommands
  await using on = await connected({ commands: 'routes', routes: { 'GET /hello': greet } })
  expect((await on.client.call(1, 'shop.Greet', { name: 'Bo' })).value).toEqual({ text: 'hello Bo' })
  expect(codesOf(await on.client.call(2, 'shop.Order', { item: 'loom', quantity: 2 }))).toEqual(['UnknownCommand'])
})

test('limits of calls count over WebSocket and HTTP together', async () => {
  await using on = await connected({ rateLimits: [{ name: 'calls', limit: 3, per: '1h' }] })
  const greet = (id: number) => on.client.call(id, 'shop.Greet', { name: 'Bo' })
  await greet(1)
  await greet(2)
  await on.served.post('/shop/Greet', { name: 'Bo' }, ana.headers)
  expect(codesOf(await greet(3))).toEqual(['RateLimited'])
})

test('a value that cannot be written down ends its call and nothing else', async () => {
  const odd = command('odd.Answer', {
    input: z.object({}),
    output: z.any(),
    access: 'public',
    run: () => ({
      toJSON() {
        throw new Error('secret: not to be written')
      },
    }),
  })
  const part = http({ port: 0, mounts })
  const log = memoryLog()
  const opened = await app('odd', { parts: [odd, part] }).open({ ports: { log } })
  await opened.start()
  {
    await using client = await LiveClient.connect(part.url!)
    expect(codesOf(await client.call(1, 'odd.Answer'))).toEqual(['Internal'])
    expect(codesOf(await client.call(2, 'odd.Nothing'))).toEqual(['UnknownCommand'])
    expect(JSON.stringify(client.told)).not.toContain('secret')
  }
  await opened.close()
})

test('a frame says of its call what headers say over HTTP: its trace and its tenant', async () => {
  const tell = command('told.Tell', {
    input: z.object({}),
    output: z.object({ traceId: z.string(), tenant: z.string() }),
    access: 'public',
    run: ({ ctx: { traceId, tenant } }) => ({ traceId, tenant }),
  })
  const authenticate = () => ({ id: 'ana', permissions: [], tenants: ['main', 'other'] })
  const part = http({ port: 0, mounts, authenticate })
  const opened = await app('told', { parts: [tell, part], tenancy: 'shared' }).open()
  await opened.start()
  {
    await using client = await LiveClient.connect(part.url!)
    const traceId = 'a'.repeat(32)
    const told = await client.call(1, 'told.Tell', {}, { trace: `00-${traceId}-${'b'.repeat(16)}-01`, tenant: 'other' })
    expect(told.value).toMatchObject({ traceId, tenant: 'other' })
    expect((await client.call(2, 'told.Tell')).value).toMatchObject({ tenant: 'main' })
    expect(codesOf(await client.call(3, 'told.Tell', {}, { tenant: 'third' }))).toEqual(['TenantDenied'])
  }
  await opened.close()
})
