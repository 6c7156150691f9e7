import { memoryIo } from '@heddle/serve'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Manifest, memoryLog, type OpenApp } from '@heddle/core'
import { writeModule } from '@heddle/serve/remote'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { manifest } from '../../../../examples/guide/generated/billing.ts'
import billing, { surface } from '../../../../examples/guide/remote-billing.ts'
import { main } from './main.ts'

const guide = join(import.meta.dirname, '../../../../examples/guide')
const folder = mkdtempSync(join(tmpdir(), 'heddle-remote-'))
let open: OpenApp
let url: string

beforeAll(async () => {
  open = await billing.open({ folder, ports: { log: memoryLog() } })
  await open.start()
  url = surface.url!
})
afterAll(async () => {
  await open.close()
  rmSync(folder, { recursive: true, force: true })
})

async function heddle(...argv: string[]) {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const code = await main([...argv, '--folder', join(folder, 'data')], around)
  return { code, out: io.text(), err: io.errors() }
}

/** An app that brings the other one in, in a file of its own. */
function appFile(name: string, manifest: string): string {
  const file = join(folder, name)
  const heddleAt = join(import.meta.dirname, '..')
  writeFileSync(
    file,
    `import { app } from '${heddleAt}/index.ts'
import { remote } from '${heddleAt}/remote/index.ts'
export default app('shop', { parts: [remote('billing', { ${manifest}, url: '${url}', allowPrivate: true })] })
`,
  )
  return file
}

test('remote add writes contracts with their types from what another app tells, the same text each time', async () => {
  const out = join(folder, 'new/generated/billing.ts')
  const written = await heddle('remote', 'add', url, '--allow-private', '--out', out)
  expect(written).toMatchObject({ code: 0, out: `written to ${out}: commands of billing\n` })
  const text = readFileSync(out, 'utf8')
  expect(text).toContain(`from ${url}.`)
  const typesOf = (module: string) => module.slice(module.indexOf('\n'), module.indexOf('export const manifest'))
  const golden = readFileSync(join(guide, 'generated', 'billing.ts'), 'utf8')
  expect(typesOf(text)).toBe(typesOf(golden))
})

test('the same manifest gives the same bytes', () => {
  const golden = readFileSync(join(guide, 'generated', 'billing.ts'), 'utf8')
  expect(writeModule({ manifest: manifest as unknown as Manifest, from: manifest.from! })).toBe(golden)
})

test('remote add takes a manifest from a file, some of its commands, and a prefix', async () => {
  const file = join(folder, 'billing.json')
  writeFileSync(file, JSON.stringify(open.manifest))
  const { out } = await heddle('remote', 'add', file, '--command', 'billing.Charge', '--prefix', 'partner')
  expect(out).toContain("export const charge = remoteContract<\n  'partner.billing.Charge',")
  expect(out).toContain("('partner.billing.Charge', manifest, 'partner')")
  expect(out).not.toContain('ListStatements')
})

test('remote add refuses a private address and what is no manifest, each in one sentence', async () => {
  const refused = await heddle('remote', 'add', url)
  expect(refused.code).not.toBe(0)
  expect(refused.err).toContain('is not called: it lies in a private network')
  expect(refused.err).toContain('say --allow-private')
  const file = join(folder, 'none.json')
  writeFileSync(file, '{}')
  expect((await heddle('remote', 'add', file)).err).toContain('it is no manifest of format 1')
  expect((await heddle('remote', 'add', join(folder, 'missing.json'))).err).toContain('cannot be read (ENOENT)')
})

test('remote list tells which apps are brought in', async () => {
  const file = appFile('listed.ts', `manifest: '${url}/_heddle/manifest.json'`)
  const { code, out } = await heddle('remote', 'list', '--app', file, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    remotes: [{ name: 'billing', app: 'billing', url, commands: 4, manifest: open.manifest.hash }],
  })
  expect((await heddle('list', '--app', file)).out).toContain('billing.Charge')
})

test('remote diff says what has changed since, and ends with 2 when something breaks', async () => {
  const safe = await heddle('remote', 'diff', '--app', appFile('safe.ts', `manifest: '${url}/_heddle/manifest.json'`))
  expect(safe).toMatchObject({ code: 0, out: 'billing: safe\n' })
  const older = JSON.parse(JSON.stringify(open.manifest)) as typeof open.manifest
  const sections = older.parts['command'] as unknown as Record<string, { hash: string; input: { required: string[] } }>
  sections['billing.Charge']!.input.required = ['card']
  sections['billing.Charge']!.hash = 'older'
  const manifest = join(folder, 'older.json')
  writeFileSync(manifest, JSON.stringify({ ...older, hash: 'older' }))
  const broken = await heddle('remote', 'diff', 'billing', '--app', appFile('older.ts', `manifest: '${manifest}'`))
  expect(broken.code).toBe(2)
  expect(broken.out).toContain('breaking')
  expect(broken.out).toContain('command billing.Charge')
  expect((await heddle('remote', 'diff', 'other', '--app', join(folder, 'safe.ts'))).err).toContain('named other')
})
