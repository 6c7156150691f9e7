// needs: chromium
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, http, type OpenApp, sqlite } from 'heddle'
import { generateClient } from 'heddle/client'
import { webSocket } from 'heddle/live'
import type { Mount } from '@heddle/serve'
import { type Browser, chromium, type Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deliver, listOrders, placeOrder } from '../examples/guide/client.ts'

/** What a page of a user does with a client: it is bundled as theirs are. */
const script = `
import { createClient, webSocket } from './client.js'
import { deliver, listOrders, orderPlaced, placeOrder, signalDeliverArrived } from './store.js'

const authorization = () => 'Bearer ann'
const client = createClient({ authorization })
const socket = createClient({ authorization, transport: webSocket() })
const orders = client.query(listOrders, {})
const shown = []
orders.subscribe(() => {
  const { value, isLoading } = orders.state()
  if (value && !isLoading) shown.push(value.map(({ id, cents }) => id + ' ' + typeof cents).join())
})

Object.assign(window, {
  shown,
  place: (id) => client.call(placeOrder, { id, item: 'thread', cents: 5n }).then(({ ok }) => ok),
  refused: () => client.call(placeOrder, { id: 'x', item: 'loom', cents: 5n }).then((outcome) => outcome.errors[0].data.again instanceof Date),
  async events(count) {
    const ids = []
    for await (const { data } of client.events([orderPlaced], { after: 0 })) if (ids.push(data.id) === count) return ids
  },
  async live(count) {
    for await (const answer of socket.live(listOrders, {})) if (answer.ok && answer.value.length === count) return count
  },
  async deliver() {
    const started = await socket.start(deliver, { id: 'o1' })
    await socket.call(signalDeliverArrived, { run: started.value.run, data: { by: 'ben' } })
    return (await started.value.outcome()).value.by
  },
  batch: () => Promise.all([1, 2, 3].map(() => client.call(listOrders, {}, { batch: true }))).then((all) => all.map(({ ok }) => ok)),
})
`

let browser: Browser
let store: OpenApp
let url: string
const folder = mkdtempSync(join(tmpdir(), 'heddle-client-browser-'))

beforeAll(async () => {
  let code = ''
  const page: Mount = {
    name: 'page',
    mount: () => ({
      endpoints: {
        '/shop': { kind: 'plain', answer: () => asset('text/html', '<script type="module" src="/shop.js"></script>') },
        '/shop.js': { kind: 'plain', answer: () => asset('text/javascript', code) },
      },
    }),
  }
  const surface = http({
    port: 0,
    authenticate: (request) =>
      request.header('authorization') === 'Bearer ann' ? { id: 'ann', permissions: ['store:*'] } : undefined,
    mounts: [webSocket(), page],
  })
  const declared = app('store', { parts: [placeOrder, listOrders, deliver, surface], database: sqlite() })
  store = await declared.open({ folder: join(folder, 'data') })
  await store.start()
  url = surface.url!
  const files = { ...generateClient(store.manifest), 'page.js': script }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  const build = await rolldown({ input: join(folder, 'page.js'), platform: 'browser', logLevel: 'silent' })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  code = output[0].code
  // Its sandbox wants rights that a container does not give.
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser?.close()
  await store?.close({ graceMs: 500 })
  rmSync(folder, { recursive: true, force: true })
})

const asset = (type: string, body: string) => ({ status: 200, headers: { 'content-type': type }, body })

async function tab(context: Awaited<ReturnType<Browser['newContext']>>): Promise<Page> {
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  await page.goto(`${url}/shop`)
  await page.waitForFunction('window.shown?.length > 0')
  expect(errors).toEqual([])
  return page
}

test('the client calls, keeps queries in two tabs, follows events and runs in a browser', async () => {
  const context = await browser.newContext()
  const [here, there] = [await tab(context), await tab(context)]
  expect(await here.evaluate('place("o1")')).toBe(true)
  await here.waitForFunction('shown.includes("o1 bigint")')
  // Nobody told the other tab but this one.
  await there.waitForFunction('shown.includes("o1 bigint")')
  expect(await there.evaluate('refused()')).toBe(true)
  const pushed = there.evaluate('Promise.all([events(2), live(2)])')
  expect(await here.evaluate('place("o2")')).toBe(true)
  expect(await pushed).toEqual([['o1', 'o2'], 2])
  expect(await here.evaluate('deliver()')).toBe('ben')
  expect(await here.evaluate('batch()')).toEqual([true, true, true])
  await context.close()
})
