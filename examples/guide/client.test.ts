import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { generateClient } from 'heddle/client'
import type { AnyCommand, Client, ClientOptions, EventType, Transport, Workflow } from 'heddle/client'
import { expect, test } from 'vitest'
import declared, { surface } from './client.ts'

type Domain = Readonly<
  Record<string, AnyCommand & EventType & Workflow<unknown, unknown, never, unknown, never, unknown>>
>

/** The store on a folder of its own, and the client that is generated from it. */
async function store() {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-client-'))
  const open = async () => {
    const opened = await declared.open({ folder: join(folder, 'data') })
    await opened.start()
    return opened
  }
  let app = await open()
  for (const [file, text] of Object.entries(generateClient(app.manifest))) writeFileSync(join(folder, file), text)
  const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)
  const generated = (await load('client.ts')) as {
    createClient(options: ClientOptions): Client
    webSocket(): Transport
  }
  const commands = (await load('store.ts')) as Domain
  const clients: Client[] = []
  return {
    commands,
    get app() {
      return app
    },
    clientOf(options: ClientOptions = {}) {
      // As a page behind one address: the server may come back on another port.
      const client = generated.createClient({
        url: 'http://store.example',
        authorization: () => 'Bearer ann',
        fetch: (url, init) => fetch(url.replace('http://store.example', surface.url!), init),
        ...options,
      })
      clients.push(client)
      return client
    },
    webSocketClient(authorization: ClientOptions['authorization'] = () => 'Bearer ann') {
      const client = generated.createClient({ url: surface.url!, authorization, transport: generated.webSocket() })
      clients.push(client)
      return client
    },
    async restart() {
      await app.close({ graceMs: 100 })
      app = await open()
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close()
      await app.close({ graceMs: 100 })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const order = (id: string) => ({ id, item: 'thread', cents: 2n ** 60n })

test('a query that is kept is asked for anew when a command of the app has changed it', async () => {
  await using shop = await store()
  const client = shop.clientOf()
  const orders = client.query(shop.commands.listOrders!, {})
  expect(await orders.get()).toEqual({ ok: true, value: [] })
  const states: unknown[] = []
  const found = new Promise<void>((resolve) => {
    orders.subscribe(() => {
      const { value, isLoading } = orders.state()
      states.push(value)
      if (!isLoading && (value as unknown[]).length === 1) resolve()
    })
  })
  await client.call(shop.commands.placeOrder!, order('o1'))
  await found
  expect(orders.state().value).toMatchObject([{ id: 'o1', cents: 2n ** 60n, placedAt: expect.any(Date) }])
})

test('who listens meanwhile sees at once what a call will change, until it has or has failed', async () => {
  await using shop = await store()
  const client = shop.clientOf()
  const orders = client.query(shop.commands.listOrders!, {})
  const stop = orders.subscribe(() => undefined)
  await orders.get()
  const counts: unknown[] = []
  orders.subscribe(() => counts.push((orders.state().value as unknown[]).length))
  const shown = (value: unknown) => [...(value as unknown[]), { id: 'soon' }]
  const refused = await orders.meanwhile(
    client.call(shop.commands.placeOrder!, { ...order('o1'), item: 'loom' }),
    shown,
  )
  expect([refused.ok, counts]).toEqual([false, [1, 0]])
  counts.length = 0
  await orders.meanwhile(client.call(shop.commands.placeOrder!, order('o2')), shown)
  expect([new Set(counts), orders.state().value]).toEqual([new Set([1]), [expect.objectContaining({ id: 'o2' })]])
  stop()
})

test('calls for one query are one call, and other tabs hear what is dirty', async () => {
  await using shop = await store()
  let asked = 0
  const counting: ClientOptions['fetch'] = (url, init) => {
    if (url.endsWith('/ListOrders')) asked++
    return fetch(url.replace('http://store.example', surface.url!), init)
  }
  const [here, there] = [shop.clientOf({ tabs: true }), shop.clientOf({ tabs: true, fetch: counting })]
  const orders = there.query(shop.commands.listOrders!, {})
  await Promise.all([orders.get(), orders.get(), orders.get()])
  await orders.get()
  expect(asked).toBe(1)
  const heard = new Promise<void>((resolve) => {
    orders.subscribe(() => (orders.state().value as unknown[]).length === 1 && resolve())
  })
  here.query(shop.commands.listOrders!, {})
  await here.call(shop.commands.placeOrder!, order('o1'))
  await heard
  expect(asked).toBe(2)
})

test.each(['clientOf', 'webSocketClient'] as const)('events and new answers are pushed (%s)', async (kind) => {
  await using shop = await store()
  const client = shop[kind]()
  const answers = client.live(shop.commands.listOrders!, {})[Symbol.asyncIterator]()
  expect(await answers.next()).toMatchObject({ value: { ok: true, value: [] } })
  const events = client.events([shop.commands.orderPlaced!], { after: 0 })[Symbol.asyncIterator]()
  const first = events.next()
  expect(await client.call(shop.commands.placeOrder!, order('o1'))).toMatchObject({ ok: true })
  expect(await first).toMatchObject({
    value: {
      name: 'store.OrderPlaced',
      offset: 1,
      at: expect.any(Date),
      data: { id: 'o1', placedAt: expect.any(Date) },
    },
  })
  expect(await answers.next()).toMatchObject({ value: { ok: true, value: [{ id: 'o1', cents: 2n ** 60n }] } })
  await Promise.all([events.return!(), answers.return!()])
})

test('a WebSocket whose credentials are too old asks for new ones before anything else', async () => {
  await using shop = await store()
  const asked: boolean[] = []
  const client = shop.webSocketClient((again) => {
    asked.push(again)
    return again ? 'Bearer ann' : 'Bearer old'
  })
  const answers = client.live(shop.commands.listOrders!, {})[Symbol.asyncIterator]()
  const [placed, first] = await Promise.all([client.call(shop.commands.placeOrder!, order('o1')), answers.next()])
  expect([placed.ok, first.value?.ok, asked]).toEqual([true, true, [false, true]])
  await answers.return!()
})

test('a subscription goes on behind the last event when the server comes back', async () => {
  await using shop = await store()
  const client = shop.clientOf()
  const events = client.events([shop.commands.orderPlaced!], { after: 0 })[Symbol.asyncIterator]()
  await client.call(shop.commands.placeOrder!, order('o1'))
  expect(await events.next()).toMatchObject({ value: { data: { id: 'o1' } } })
  const next = events.next()
  await shop.restart()
  await client.call(shop.commands.placeOrder!, order('o2'))
  await client.call(shop.commands.placeOrder!, order('o3'))
  expect([await next, await events.next()]).toMatchObject([
    { value: { offset: 2, data: { id: 'o2' } } },
    { value: { offset: 3, data: { id: 'o3' } } },
  ])
  await events.return!()
})

test('who may not see events is told so', async () => {
  await using shop = await store()
  const stranger = shop.clientOf({ authorization: () => undefined })
  const events = stranger.events([shop.commands.orderPlaced!])[Symbol.asyncIterator]()
  await expect(events.next()).rejects.toThrow('auth:')
  const answers = stranger.live(shop.commands.listOrders!, {})[Symbol.asyncIterator]()
  expect(await answers.next()).toMatchObject({ value: { ok: false, errors: [{ code: 'Unauthenticated' }] } })
  expect(await answers.next()).toMatchObject({ done: true })
})

test.each(['clientOf', 'webSocketClient'] as const)('a run is followed to its end by its handle (%s)', async (kind) => {
  await using shop = await store()
  const client = shop[kind]()
  const started = await client.start(shop.commands.deliver!, { id: 'o1' })
  if (!started.ok) return expect(started).toBe('ok')
  const states: unknown[] = []
  const watched = (async () => {
    for await (const status of started.value.watch()) states.push((status as { state: string }).state)
  })()
  const { run } = started.value
  await client.call(shop.commands.signalDeliverArrived!, { run, data: { by: 'ben' } })
  expect(await started.value.outcome()).toEqual({ ok: true, value: { by: 'ben' } })
  await watched
  expect(states.at(-1)).toBe('succeeded')
  const other = await client.start(shop.commands.deliver!, { id: 'o2' })
  if (other.ok) expect(await other.value.cancel()).toMatchObject({ ok: true })
  expect(other.ok && (await other.value.outcome())).toMatchObject({ ok: false, errors: [{ code: 'RunCancelled' }] })
})

const root = join(import.meta.dirname, '../..')

/** All that the page calls, as one program. */
const documented = [...readFileSync(join(root, 'docs/client.md'), 'utf8').matchAll(/```typescript\n(.*?)```/gs)]
  .map(([, code]) => code)
  .join('\n')

test('the code of the page compiles in strict mode and runs in Node', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-page-client-'))
  const app = await declared.open({ folder: join(folder, 'data') })
  await app.start()
  mkdirSync(join(folder, 'client'))
  for (const [file, text] of Object.entries(generateClient(app.manifest)))
    writeFileSync(join(folder, 'client', file), text)
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2022'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'main.ts'), documented)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' })
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'main.ts')], {
    env: { ...process.env, STORE_URL: surface.url! },
  })
  expect(stdout.trim().split('\n')).toEqual([
    'placed true',
    'again in 2027',
    'batch true true',
    'orders o1 o3 o4',
    'store.OrderPlaced o1 true',
    'live 3',
    'delivered ben',
    'fits safe',
  ])
  await app.close({ graceMs: 100 })
  rmSync(folder, { recursive: true, force: true })
})
