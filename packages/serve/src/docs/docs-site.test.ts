import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { app, command, error, event, type Manifest, provide, sensitive } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { http } from '../http/index.ts'
import { publicManifest } from '../manifest/index.ts'
import { docsSite } from './docs-site.ts'

const Moved = event('bank.Moved', { summary: 'Money moved', data: z.object({ cents: z.int() }), access: 'bank:read' })
const Closed = event('bank.Audited', { data: z.object({ by: z.string() }) })

const audit = command('bank.Audit', {
  input: z.object({}),
  output: z.void(),
  errors: { BookMissing: z.object({ year: z.int() }) },
  run: () => undefined,
})

const move = command('bank.Move', {
  summary: 'Move money <safely> & soon',
  description: 'Both balances change, or neither does.',
  input: z.object({
    to: z.object({ account: z.string().describe('Whose money it will be') }),
    pin: sensitive(z.string().default('9876')),
  }),
  output: z.object({ balance: z.int() }),
  errors: { TooPoor: error(z.object({ missing: z.int() }), { message: '{missing} are missing.', help: 'Send less.' }) },
  access: 'bank:move',
  examples: [{ to: { account: 'ada' }, pin: '1234' }],
  errorExamples: { TooPoor: { to: { account: 'poor' }, pin: '1' } },
  requirements: ['FR-7'],
  calls: [audit],
  emits: [Moved, Closed],
  run: () => ({ balance: 1 }),
})

const old = command('bank.Send', {
  input: z.object({}),
  output: z.void(),
  access: 'public',
  deprecated: { since: '2026-11-01', sunset: '2027-05-01', use: 'bank.Move' },
  run: () => undefined,
})

const declared = app('bank', { parts: [move, audit, old, Moved, Closed, http({ routes: { 'POST /moves': move } })] })
const manifest = declared.manifest() as Manifest
const site = docsSite(manifest)
const page = (path: string) => site[path] ?? ''

test('every command and event has a page, and what commands declare stands in it', () => {
  expect(Object.keys(site).toSorted()).toEqual([
    'commands/bank.Audit.html',
    'commands/bank.Move.html',
    'commands/bank.Send.html',
    'errors.html',
    'events/bank.Audited.html',
    'events/bank.Moved.html',
    'index.html',
    'requirements.html',
    'surfaces.html',
  ])
  const moving = page('commands/bank.Move.html')
  for (const told of [
    'Both balances change, or neither does.',
    'Whose money it will be',
    'id="input.to.account"',
    'id="domain:TooPoor"',
    '{missing} are missing. Send less.',
    'id="bank.Audit&gt;domain:BookMissing"',
    'POST /moves',
    'FR-7',
    'needs bank:move',
  ])
    expect(moving).toContain(told)
  const sending = page('commands/bank.Send.html')
  expect(sending).toContain('Deprecated since 2026-11-01, gone after 2027-05-01.')
  expect(sending).toContain('Use <a href="../commands/bank.Move.html">')
})

test('texts of the app are escaped, also in the index that is searched', () => {
  expect(page('commands/bank.Move.html')).toContain('Move money &lt;safely&gt; &amp; soon')
  expect(page('index.html')).toContain(String.raw`Move money \u003csafely>`)
  expect(page('index.html')).not.toContain('<safely>')
})

test('the same manifest gives the same bytes, in whatever order its parts were declared', () => {
  expect(docsSite(JSON.parse(JSON.stringify(manifest)) as Manifest)).toEqual(site)
  const turned = app('bank', { parts: [http({ routes: { 'POST /moves': move } }), Closed, Moved, old, audit, move] })
  expect(docsSite(turned.manifest() as Manifest)).toEqual(site)
})

test('every link leads to a page and a place that are there', () => {
  const broken = Object.entries(site).flatMap(([path, text]) =>
    [...text.matchAll(/href="([^"]*)"/g)].flatMap(([, href]) => {
      const [file = '', anchor = ''] = href!.replaceAll('&gt;', '>').split('#')
      if (href === 'data:,' || anchor.startsWith('search=')) return []
      const target = file === '' ? path : posix.join(posix.dirname(path), file)
      const id = decodeURIComponent(anchor).replaceAll('>', '&gt;')
      return site[target] !== undefined && (id === '' || site[target].includes(`id="${id}"`))
        ? []
        : [`${path}: ${href}`]
    }),
  )
  expect(broken).toEqual([])
})

test('no two places of a page have one address', () => {
  for (const [path, text] of Object.entries(site)) {
    const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect([path, ids.length]).toEqual([path, new Set(ids).size])
  }
})

test('pages load nothing, and a browser runs their own script and style alone', () => {
  for (const text of Object.values(site)) {
    expect(text).not.toMatch(/\ssrc=|https?:\/\/|@import|url\(/)
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)![1]!
    for (const element of ['script', 'style']) {
      const inside = new RegExp(`<${element}>([^]*?)</${element}>`).exec(text)![1]!
      expect(policy).toContain(`${element}-src 'sha256-${createHash('sha256').update(inside).digest('base64')}'`)
    }
    expect(policy).toContain("default-src 'none'")
    expect(text.match(/<script/g)!.length).toBe(text.includes('id="index"') ? 2 : 1)
  }
})

test('a site for strangers has nothing that is closed, and no way in that only the team has', () => {
  const told = docsSite(publicManifest(manifest, 'http'))
  expect(Object.keys(told).toSorted()).toEqual([
    'commands/bank.Move.html',
    'commands/bank.Send.html',
    'errors.html',
    'events/bank.Moved.html',
    'index.html',
    'surfaces.html',
  ])
  const texts = Object.values(told).join('\n')
  for (const hidden of ['bank.Audited', 'heddle call', 'callByName', 'FR-7']) expect(texts).not.toContain(hidden)
})

test('what is secret stands in no page', () => {
  for (const of of [manifest, publicManifest(manifest, 'http')]) {
    const texts = Object.values(docsSite(of)).join('\n')
    expect(texts).toContain('pin')
    for (const secret of ['9876', '1234']) expect(texts).not.toContain(secret)
  }
})

test("Heddle's own commands are told where that is asked for", () => {
  const own = {
    ...manifest,
    parts: {
      command: {
        'heddle.Ping': { ...(manifest.parts.command!['bank.Audit'] as object), name: 'heddle.Ping', domain: 'heddle' },
      },
    },
  }
  expect(Object.keys(docsSite(own))).not.toContain('commands/heddle.Ping.html')
  expect(Object.keys(docsSite(own, { internal: true }))).toContain('commands/heddle.Ping.html')
})

test('an app with nothing to call has a page that says so', () => {
  const empty = docsSite(
    app('idle', {
      parts: [provide({ kind: 'port', name: 'idle.Clock', external: false, bind: () => 1 }, 1)],
    }).manifest() as Manifest,
  )
  expect(Object.keys(empty)).toEqual(['index.html', 'errors.html'])
  expect(empty['index.html']).toContain('Nothing that can be called.')
})
