import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command } from '@heddle/core'
import { http, memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-docs-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function tool(...argv: string[]) {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const file = join(import.meta.dirname, '../../../../examples/bank/app.ts')
  const code = await main([...argv, '--app', file, '--folder', join(folder, 'data')], around)
  return { code, out: io.text(), err: io.errors() }
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8')

test('docs writes the site of an app, and of its manifest the same bytes', async () => {
  expect(await tool('docs', '--out', 'one')).toMatchObject({
    code: 0,
    out: '6 pages written to one: open one/index.html\n',
  })
  expect(readdirSync(join(folder, 'one/commands'))).toEqual(['bank.OpenAccount.html', 'bank.TransferMoney.html'])
  await tool('manifest', '--out', 'manifest.json')
  await tool('docs', '--out', 'two', '--from', 'manifest.json')
  for (const page of ['index.html', 'errors.html', 'commands/bank.TransferMoney.html'])
    expect(read(`two/${page}`)).toBe(read(`one/${page}`))
})

test('programs are told what was written', async () => {
  const { out } = await tool('docs', '--out', 'told', '--json')
  const { pages, ...rest } = JSON.parse(out) as { pages: string[] }
  expect(rest).toMatchObject({ folder: 'told', app: 'bank', manifest: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(pages).toContain('entities/bank.Account.html')
  for (const page of pages) expect([page, existsSync(join(folder, 'told', page))]).toEqual([page, true])
})

test('pages of an earlier site go, and files of others stay', async () => {
  await tool('docs', '--out', 'three', '--internal')
  writeFileSync(join(folder, 'three/own.html'), '<p>mine</p>')
  expect(existsSync(join(folder, 'three/commands/heddle.Ping.html'))).toBe(true)
  await tool('docs', '--out', 'three', '--public')
  expect(existsSync(join(folder, 'three/commands/heddle.Ping.html'))).toBe(false)
  expect(existsSync(join(folder, 'three/entities/bank.Account.html'))).toBe(false)
  expect(read('three/own.html')).toBe('<p>mine</p>')
})

test('a served app is asked for what strangers may know', async () => {
  const look = command('shop.Look', { input: z.object({}), output: z.void(), access: 'public', run: () => {} })
  const hide = command('shop.Hide', { input: z.object({}), output: z.void(), run: () => {} })
  const surface = http({ port: 0 })
  const shop = await app('shop', { parts: [look, hide, surface] }).open()
  await shop.start()
  expect(await tool('docs', '--out', 'four', '--from', surface.url!)).toMatchObject({ code: 0 })
  expect(readdirSync(join(folder, 'four/commands'))).toEqual(['shop.Look.html'])
  await shop.close()
})

test('a surface that is not there is told', async () => {
  const { code, err } = await tool('docs', '--out', 'none', '--public', '--surface', 'shop')
  expect([code, err]).toEqual([64, expect.stringContaining('no HTTP surface is named "shop": there are http')])
})

test('where nothing can be written is told', async () => {
  writeFileSync(join(folder, 'file'), '')
  const { code, err } = await tool('docs', '--out', 'file')
  expect([code, err]).toEqual([64, expect.stringContaining('cannot be made')])
})
