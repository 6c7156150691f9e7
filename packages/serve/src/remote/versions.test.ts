import { app, command, type Manifest, memoryLog, type OpenApp, type OpenOptions } from '@heddle/core'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { http } from '../index.ts'
import { keptPath } from './kept-manifest.ts'
import type { RemoteOptions } from './options.ts'
import { remote } from './remote.ts'

let folder: string
let running: OpenApp[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heddle-versions-'))
  running = []
})
afterEach(async () => {
  for (const each of running) await each.close()
  await rm(folder, { recursive: true })
})

const charge = (input: z.ZodType, output: z.ZodType) =>
  command('billing.Charge', { input, output, access: 'public', run: () => ({ receipt: 'r', more: 1 }) })
const ping = (answer: string) =>
  command('billing.Ping', { input: z.object({}), output: z.string(), access: 'public', run: () => answer })

const first = charge(z.object({ cents: z.int() }), z.object({ receipt: z.string() }))
const compatible = charge(
  z.object({ cents: z.int(), note: z.string().optional() }),
  z.object({ receipt: z.string(), more: z.int() }),
)
const breaking = charge(z.object({ cents: z.int(), account: z.string() }), z.object({ receipt: z.string() }))

/** Serves a version of the other app; on the port of the one before, when that has ended. */
async function serve(parts: readonly object[], port = 0) {
  const surface = http({ port })
  const other = await app('billing', { parts: [...(parts as []), surface] }).open({ ports: { log: memoryLog() } })
  await other.start()
  running.push(other)
  const url = new URL(surface.url!)
  return { other, url: surface.url!, port: Number(url.port), address: `${surface.url}/_heddle/manifest.json` }
}

/** Opens and starts an app that uses the other one. */
async function use(options: RemoteOptions, mode: OpenOptions['mode'] = 'development') {
  const log = memoryLog()
  const part = remote('billing', { allowPrivate: true, retries: 0, ...options })
  const shop = await app('shop', { parts: [part] }).open({ folder, root: folder, mode, ports: { log } })
  running.unshift(shop)
  await shop.start()
  return {
    shop,
    warnings: () => log.lines.filter(({ severity }) => severity === 'warning').map(({ message }) => message),
  }
}

const call = (shop: OpenApp) => shop.callByName('billing.Charge', { cents: 5 })

test('an app made from an old manifest calls a newer one that is compatible, and nothing is said', async () => {
  const { manifest } = app('billing', { parts: [first, http()] })
  const { url } = await serve([compatible])
  const { shop, warnings } = await use({ manifest: manifest(), url }, 'production')
  expect(await call(shop)).toEqual({ ok: true, value: { receipt: 'r' } })
  expect(warnings()).toEqual([])
})

test('in production an app does not start with one that has become incompatible, and names what changed', async () => {
  const { manifest } = app('billing', { parts: [first, http()] })
  const { url } = await serve([breaking])
  const refused = use({ manifest: manifest(), url }, 'production')
  await expect(refused).rejects.toMatchObject({
    code: 'Incompatible',
    message: expect.stringMatching(/^billing is not what this app was made for: billing\.Charge: input.*account/),
  })
})

test('in development, and where it is only to warn, it starts and says the same', async () => {
  const { manifest } = app('billing', { parts: [first, http()] })
  const { url } = await serve([breaking])
  for (const [mode, options] of [
    ['development', {}],
    ['production', { onIncompatible: 'warn' }],
  ] as const) {
    const { warnings } = await use({ manifest: manifest(), url, ...options }, mode)
    expect(warnings()).toEqual([expect.stringMatching(/^billing is not what this app was made for: billing\.Charge/)])
  }
})

test('what changes in commands that are not used does not matter', async () => {
  const { manifest } = app('billing', { parts: [first, ping('old'), http()] })
  const { url } = await serve([first])
  const { warnings } = await use({ manifest: manifest(), url, commands: ['billing.Charge'] }, 'production')
  expect(warnings()).toEqual([])
  await expect(use({ manifest: manifest(), url }, 'production')).rejects.toThrow('billing.Ping: removed')
})

test('an answer that no longer fits is refused, and not handed on', async () => {
  const { manifest } = app('billing', { parts: [first, http()] })
  const { url } = await serve([command('billing.Charge', { ...first, output: z.object({}), run: () => ({}) } as never)])
  const { shop } = await use({ manifest: manifest(), url })
  expect(await call(shop)).toMatchObject({
    errors: [{ code: 'Incompatible', message: expect.stringContaining('its answer to billing.Charge does not fit') }],
  })
})

test('the manifest is kept: with it an app starts while the other is away, says so, and calls it when it is back', async () => {
  const { address, other, port } = await serve([first])
  await use({ manifest: address })
  await other.close()
  const { shop, warnings } = await use({ manifest: address }, 'production')
  expect(warnings()).toEqual([expect.stringMatching(/^billing is away; its manifest is of \d{4}-\d\d-\d\dT/)])
  expect(await call(shop)).toMatchObject({ errors: [{ code: 'Unavailable' }] })
  await serve([first], port)
  expect(await call(shop)).toEqual({ ok: true, value: { receipt: 'r' } })
})

test('an app that was never reached cannot be known', async () => {
  const { address, other } = await serve([first])
  await other.close()
  await expect(use({ manifest: address })).rejects.toMatchObject({ code: 'Unavailable' })
})

test('a new manifest is taken up where nothing breaks; in production one that breaks is refused until it is accepted', async () => {
  const before = await serve([first])
  const { address, port } = before
  await use({ manifest: address }, 'production')
  await before.other.close()
  const next = await serve([compatible], port)
  await use({ manifest: address }, 'production')
  const kept = () =>
    readFile(keptPath(folder, 'billing'), 'utf8').then((text) => JSON.parse(text) as { manifest: Manifest })
  expect((await kept()).manifest.hash).toBe(next.other.manifest.hash)

  await next.other.close()
  await serve([breaking], port)
  await expect(use({ manifest: address }, 'production')).rejects.toThrow(`delete ${keptPath(folder, 'billing')}`)
  expect((await kept()).manifest.hash).toBe(next.other.manifest.hash)
  await rm(keptPath(folder, 'billing'))
  const { warnings } = await use({ manifest: address }, 'production')
  expect(warnings()).toEqual([])
})

test('a kept manifest that was damaged is fetched anew', async () => {
  const { address } = await serve([first])
  await use({ manifest: address })
  await writeFile(keptPath(folder, 'billing'), '{"half":')
  const { shop } = await use({ manifest: address })
  expect(await call(shop)).toMatchObject({ ok: true })
})

test('a manifest in a file counts from the folder of the app', async () => {
  const { url, other } = await serve([first])
  await writeFile(join(folder, 'billing.manifest.json'), JSON.stringify(other.manifest))
  const { shop } = await use({ manifest: './billing.manifest.json', url })
  expect(await call(shop)).toMatchObject({ ok: true })
  await expect(use({ manifest: './missing.json', url })).rejects.toMatchObject({ code: 'InvalidDefinition' })
  await writeFile(join(folder, 'other.json'), '{"heddle":2}')
  await expect(use({ manifest: './other.json', url })).rejects.toThrow(/other\.json: it is no manifest of format 1/)
})

test('a private address is refused with its code, at the start and at a call', async () => {
  const { address, url, other } = await serve([first])
  await expect(use({ manifest: address, allowPrivate: false })).rejects.toMatchObject({ code: 'ForbiddenAddress' })
  const named = url.replace('127.0.0.1', 'localhost')
  await expect(use({ manifest: other.manifest, url: named, allowPrivate: false })).rejects.toMatchObject({
    code: 'ForbiddenAddress',
    message: expect.stringContaining('localhost'),
  })
  const shop = await app('shop', { parts: [remote('billing', { manifest: other.manifest, url: named })] }).open({
    folder,
  })
  running.unshift(shop)
  expect(await call(shop)).toMatchObject({ errors: [{ code: 'ForbiddenAddress', retry: 'never' }] })
})

test('a redirect is not followed', async () => {
  const { createServer } = await import('node:http')
  const { other } = await serve([first])
  const server = createServer((_, response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const { shop } = await use({ manifest: other.manifest, url: `http://127.0.0.1:${port}` })
  expect(await call(shop)).toMatchObject({
    errors: [{ code: 'Unavailable', message: expect.stringContaining('is answered with 307') }],
  })
  server.close()
})

test('what is declared wrong is said where it is declared', async () => {
  const { other, url } = await serve([first])
  const { manifest } = other
  expect(() => remote('two words', { manifest, url })).toThrow('a name is one word')
  for (const own of [{ authorization: 'Bearer x' }, { headers: { 'X-API-Key': 'x' } }]) {
    expect(() => remote('billing', { manifest, url, forward: true, ...own })).toThrow('it is called as its callers')
  }
  expect(() => remote('billing', { manifest })).toThrow('its url is missing')
  expect(() => remote('billing', { manifest, url: 'no url' })).toThrow('its url is "no url"')
  expect(() => remote('billing', { manifest, url, commands: ['billing.Nothing'] })).toThrow(
    'names no command billing.Nothing',
  )
})

test('an app that serves routes of its own alone is said to be out of reach', async () => {
  const routed = http({ port: 0, commands: 'routes', routes: { 'POST /charges': first } })
  const other = await app('billing', { parts: [first, routed] }).open({ ports: { log: memoryLog() } })
  await other.start()
  running.push(other)
  await expect(use({ manifest: `${routed.url}/_heddle/manifest.json` })).rejects.toThrow('at routes of its own alone')
})
