import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command } from '@heddle/core'
import { http, memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-client-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function tool(...argv: string[]) {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const file = join(import.meta.dirname, '../../../../examples/bank/app.ts')
  const code = await main([...argv, '--app', file, '--folder', join(folder, 'data')], around)
  return { code, out: io.text(), err: io.errors() }
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8')

test('client writes the client of an app, of its manifest and of its address, with the same bytes', async () => {
  expect(await tool('client', '--out', 'one')).toMatchObject({
    code: 0,
    out: 'written to one: client.ts, bank.ts\n',
  })
  expect(read('one/bank.ts')).toContain("name: 'bank.TransferMoney'")
  await tool('manifest', '--out', 'manifest.json')
  await tool('client', '--out', 'two', '--from', 'manifest.json')
  for (const file of ['client.ts', 'bank.ts']) expect(read(`two/${file}`)).toBe(read(`one/${file}`))
})

test('client asks a served app for what it serves', async () => {
  const look = command('shop.Look', { input: z.object({}), output: z.void(), access: 'public', run: () => {} })
  const surface = http({ port: 0 })
  const shop = await app('shop', { parts: [look, surface] }).open()
  await shop.start()
  expect(await tool('client', '--out', 'three', '--from', surface.url!)).toMatchObject({ code: 0 })
  expect(read('three/shop.ts')).toContain("name: 'shop.Look'")
  await shop.close()
})

test('only what is named is written, and files of an earlier client go', async () => {
  await tool('client', '--out', 'four', '--commands', 'heddle.Ping')
  writeFileSync(join(folder, 'four/own.ts'), 'export {}\n')
  await tool('client', '--out', 'four', '--commands', 'bank.OpenAccount')
  expect(readdirSync(join(folder, 'four')).toSorted()).toEqual(['bank.ts', 'client.ts', 'own.ts'])
  expect(read('four/bank.ts')).not.toContain('bank.TransferMoney')
})

test.each([
  [['--commands', 'bank.Nothing'], 'no command that can be called is named "bank.Nothing"'],
  [['--from', 'missing.json'], 'missing.json cannot be read'],
  [['--from', 'wrong.json'], 'wrong.json is no manifest'],
  [['--from', 'http://127.0.0.1:1'], 'http://127.0.0.1:1/_heddle/manifest.json does not answer'],
])('what cannot be made is told: %o', async (argv, reason) => {
  writeFileSync(join(folder, 'wrong.json'), '[]')
  const { code, err } = await tool('client', '--out', 'five', ...argv)
  expect([code, err.includes(reason) ? reason : err]).toEqual([64, reason])
})
