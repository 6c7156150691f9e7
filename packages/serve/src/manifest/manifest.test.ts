import { type App, app, command, event, type Manifest, type OpenApp, sensitive, timeout } from '@heddle/core'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { fetchHandler } from '../http/fetch-handler.ts'
import type { HandlerOptions } from '../http/options.ts'
import type { Compatibility } from './compatibility.ts'

const Paid = event('bank.Paid', { data: z.object({ cents: z.int(), card: sensitive(z.string()) }), access: 'public' })
const Audited = event('bank.Audited', { data: z.object({ note: z.string() }) })

function bank(pay: { readonly max?: number; readonly slogan?: string } = {}) {
  return app('bank', {
    parts: [
      Paid,
      Audited,
      command('bank.Pay', {
        input: z.object({
          cents: z.int().max(pay.max ?? 100),
          pin: sensitive(z.enum(['1234', '4321']).describe('The PIN')),
        }),
        output: z.object({ left: z.int(), token: sensitive(z.string()) }),
        access: 'bank:pay',
        requirements: ['FR-1'],
        emits: [Paid, Audited],
        policies: [timeout('77s')],
        run: () => ({ left: 0, token: 'x' }),
      }),
      command('bank.Ask', {
        kind: 'query',
        ...(pay.slogan !== undefined && { summary: pay.slogan }),
        input: z.object({}),
        output: z.string(),
        access: () => ({ allowed: true }),
        run: () => 'yes',
      }),
      command('bank.Hidden', { input: z.object({}), output: z.string(), run: () => 'insides' }),
    ],
  })
}

async function opened(declared: App): Promise<OpenApp> {
  const open = await declared.open()
  onTestFinished(() => open.close())
  return open
}

const ask = (open: OpenApp, path: string, init?: RequestInit, options: HandlerOptions = {}) =>
  fetchHandler(open, options as object)(new Request(`http://localhost${path}`, init))

async function manifestOf(open: OpenApp, options?: HandlerOptions): Promise<Manifest> {
  return (await ask(open, '/_heddle/manifest.json', {}, options)).json() as Promise<Manifest>
}

async function compare(open: OpenApp, client: object): Promise<Compatibility> {
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(client) }
  return (await ask(open, '/_heddle/compatible', init)).json() as Promise<Compatibility>
}

test('strangers see the commands that are served, and nothing of what is the app’s own or secret', async () => {
  const open = await opened(bank())
  const told = await manifestOf(open)
  expect(Object.keys(told.parts)).toEqual(['command', 'event', 'surface'])
  expect(Object.keys(told.parts['command']!)).toEqual(['bank.Ask', 'bank.Pay'])
  expect(told.parts['command']!['bank.Pay']).toMatchObject({ access: 'bank:pay', emits: ['bank.Paid'], policies: [] })
  expect(told.parts['command']!['bank.Ask']).toMatchObject({ access: 'rule' })
  expect(Object.keys(told.parts['event']!)).toEqual(['bank.Paid'])
  const text = JSON.stringify(told)
  for (const secret of ['timeout', '1234', 'token', 'FR-1', 'Audited', 'Hidden', 'card'])
    expect(text).not.toContain(secret)
  expect(text).toContain('The PIN')
})

test('a surface of listed routes tells only of what it lists', async () => {
  const open = await opened(bank())
  const routes = { 'GET /ask': open.commands.get('bank.Ask')! }
  const told = await manifestOf(open, { commands: 'routes', routes })
  expect(Object.keys(told.parts['command']!)).toEqual(['bank.Ask'])
  expect(told.parts['surface']!['http']).toMatchObject({ routes: { 'GET /ask': 'bank.Ask' } })
})

test('the hash is that of the whole manifest and the tag, so that who has it gets 304', async () => {
  const open = await opened(bank())
  const first = await ask(open, '/_heddle/manifest.json')
  expect(first.headers.get('etag')).toContain(open.manifest.hash)
  expect((await first.json()) as Manifest).toMatchObject({ hash: open.manifest.hash, surface: 'http' })
  const headers = { 'if-none-match': `"${open.manifest.hash}"` }
  expect((await ask(open, '/_heddle/manifest.json', { headers })).status).toBe(304)
  expect((await ask(open, '/_heddle/manifest.json', {}, { manifest: false })).status).toBe(404)
})

test('a client is compared with what was deployed when it was made', async () => {
  const before = await opened(bank())
  const after = await opened(bank({ max: 50, slogan: 'Ask me' }))
  // As a database remembers what was deployed before.
  await after.ports.deployments.save(() => before.manifest)
  const { hash: manifest } = before.manifest
  const whole = await compare(after, { manifest })
  expect(whole).toMatchObject({ verdict: 'breaking', manifest: after.manifest.hash })
  expect(whole.changes.map(({ item, level }) => [item, level])).toEqual([
    ['command bank.Ask', 'safe'],
    ['command bank.Pay', 'breaking'],
  ])
  expect(await compare(after, { manifest, commands: { 'bank.Ask': '' } })).toMatchObject({ verdict: 'safe' })
  expect(await compare(after, { manifest: after.manifest.hash })).toEqual({
    verdict: 'safe',
    manifest: after.manifest.hash,
    changes: [],
  })
})

test('where nobody remembers the client’s manifest, the hashes of its commands are compared', async () => {
  const before = await opened(bank())
  const after = await opened(bank({ max: 50 }))
  const hashOf = async (name: string) =>
    ((await manifestOf(before)).parts['command']![name] as { readonly hash: string }).hash
  const manifest = before.manifest.hash
  const ask = { 'bank.Ask': await hashOf('bank.Ask') }
  expect(await compare(after, { manifest, commands: ask })).toMatchObject({ verdict: 'safe', changes: [] })
  const pay = { 'bank.Pay': await hashOf('bank.Pay') }
  expect(await compare(after, { manifest, commands: pay })).toMatchObject({
    verdict: 'unknown',
    changes: [{ item: 'command bank.Pay', level: 'unknown' }],
  })
  expect(await compare(after, { manifest, commands: { 'bank.Gone': 'x' } })).toMatchObject({ verdict: 'breaking' })
  expect(await compare(after, { manifest })).toMatchObject({ verdict: 'unknown', changes: [] })
})

test('a hash from a manifest with all in it, such as a file holds, is as good', async () => {
  const open = await opened(bank())
  const { hash } = open.manifest.parts['command']!['bank.Pay'] as { readonly hash: string }
  expect(await compare(open, { manifest: 'x', commands: { 'bank.Pay': hash } })).toMatchObject({ verdict: 'safe' })
})

test('what is no client’s manifest is refused', async () => {
  const open = await opened(bank())
  expect(await compare(open, { manifest: 7 })).toMatchObject({ type: 'urn:heddle:error:MalformedInput' })
})
