import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, command, http, publicManifest, sqlite } from 'heddle'
import { type AnyCommand, type Client, type ClientOptions, type Compatibility, generateClient } from 'heddle/client'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'

/** A client lives longer than the server that it was made from: these are the servers that it meets. */

const find = (input: z.ZodType, output: z.ZodType) =>
  command('shop.Find', {
    kind: 'query',
    summary: 'Find an item',
    input,
    output,
    access: 'public',
    run: () => ({ name: 'loom', price: 5, weight: 12 }),
  })
const gone = command('shop.Gone', { input: z.object({}), output: z.null(), access: 'public', run: () => null })

const first = [find(z.object({ id: z.string() }), z.object({ name: z.string(), price: z.int() })), gone]
const newer = [
  find(
    z.object({ id: z.string(), unit: z.string().optional() }),
    z.object({ name: z.string(), price: z.int(), weight: z.int() }),
  ),
  gone,
]
const incompatible = [
  find(z.object({ id: z.string(), tenant: z.string() }), z.object({ name: z.string(), price: z.int() })),
]

const folder = mkdtempSync(join(tmpdir(), 'heddle-client-versions-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a client meets a newer server, and one that no longer fits it', async () => {
  const serve = async (parts: readonly AnyPart[]) => {
    const surface = http({ port: 0 })
    const declared = app('shop', { parts: [...parts, surface], database: sqlite() })
    const opened = await declared.open({ folder: join(folder, 'data'), mode: 'development' })
    await opened.start()
    return { opened, url: surface.url! }
  }

  const made = await serve(first)
  const files = generateClient(publicManifest(made.opened.manifest, 'http'))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)
  const { createClient } = (await load('client.ts')) as { createClient(options: ClientOptions): Client }
  const commands = (await load('shop.ts')) as Readonly<Record<string, AnyCommand>>
  const [findItem, lost] = [commands['find']!, commands['gone']!]
  expect(await createClient({ url: made.url }).connect()).toMatchObject({ ok: true, value: { verdict: 'safe' } })
  await made.opened.close({ graceMs: 100 })

  const later = await serve(newer)
  const client = createClient({ url: later.url })
  expect(await client.connect()).toMatchObject({ ok: true, value: { verdict: 'safe' } })
  expect(await client.call(findItem, { id: 'a' })).toMatchObject({ ok: true, value: { name: 'loom', price: 5 } })
  await later.opened.close({ graceMs: 100 })

  const last = await serve(incompatible)
  const outdated = createClient({ url: last.url })
  const refused = await outdated.connect()
  expect(refused).toMatchObject({ ok: false, errors: [{ code: 'Incompatible', key: 'system:Incompatible' }] })
  const { changes } = (refused.ok ? undefined : refused.errors[0]!.data) as Pick<Compatibility, 'changes'>
  expect(new Set(changes.map(({ item }) => item))).toEqual(new Set(['command shop.Find', 'command shop.Gone']))
  expect(await outdated.connect([lost])).toMatchObject({ ok: false })
  await last.opened.close({ graceMs: 100 })
})

type AnyPart = (typeof first)[number]
