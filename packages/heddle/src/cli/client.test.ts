import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command } from '@heddle/core'
import { http, memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-client-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tool = (...argv: string[]) => toolWith(new AbortController().signal, ...argv)

async function toolWith(signal: AbortSignal, ...argv: string[]) {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal, entry: 'unused' }
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

const write = (name: string, json: unknown) => writeFileSync(join(folder, name), JSON.stringify(json))

test.each([
  [['--commands', 'bank.Nothing'], 64, 'no command that can be called is named "bank.Nothing"'],
  [['--from', 'missing.json'], 64, 'missing.json cannot be read'],
  [['--from', 'wrong.json'], 78, 'wrong.json: it is no manifest of format 1'],
  [['--from', 'deep.json'], 78, 'it is deeper than 200 levels (at parts/command/bank.OpenAccount/input/items/items/'],
  [['--from', 'path.json'], 78, 'bank was expected (at parts/command/bank.OpenAccount/domain)'],
  [['--from', 'http://127.0.0.1:1'], 69, 'Unavailable: 127.0.0.1:1 cannot be reached'],
])('what cannot be made is told: %o', async (argv, expected, reason) => {
  write('wrong.json', [])
  const manifest = JSON.parse((await tool('manifest')).out)
  const change = (fields: object) => {
    const changed = { ...manifest.parts.command['bank.OpenAccount'], ...fields }
    return { ...manifest, parts: { command: { 'bank.OpenAccount': changed } } }
  }
  const deep = `${'{"items":'.repeat(5000)}{}${'}'.repeat(5000)}`
  writeFileSync(join(folder, 'deep.json'), JSON.stringify(change({ input: 0 })).replace('"input":0', `"input":${deep}`))
  write('path.json', change({ domain: '../../evil' }))
  for (const each of argv[0] === '--from' ? ['client', 'docs'] : ['client']) {
    const { code, err } = await tool(each, '--out', 'five', ...argv)
    expect([code, err.includes(reason) ? reason : err]).toEqual([expected, reason])
  }
})

test('an address that never answers is left when the tool is asked to end', async () => {
  const controller = new AbortController()
  const silent = createServer(() => controller.abort('SIGTERM')).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  for (const each of ['client', 'docs']) {
    const ended = await toolWith(controller.signal, each, '--out', 'six', '--from', `http://127.0.0.1:${port}`)
    expect(ended).toMatchObject({ code: 130, err: expect.stringContaining('Cancelled: The caller cancelled') })
  }
  silent.closeAllConnections()
  silent.close()
})

test('an answer without an end is not read to its end, and a redirect is not followed', async () => {
  const large = Buffer.alloc(1024 * 1024, ' ')
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    if (request.url!.startsWith('/moved/')) return void response.writeHead(302, { location: '/elsewhere' }).end()
    const send = () => void response.write(large, (error) => error ?? send())
    send()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect(await tool('client', '--out', 'six', '--from', url)).toMatchObject({
    code: 78,
    err: expect.stringContaining('it is larger than 67108864 bytes'),
  })
  expect(await tool('client', '--out', 'six', '--from', `${url}/moved`)).toMatchObject({
    code: 69,
    err: expect.stringContaining('(it answers 302)'),
  })
  expect(asked).toEqual(['/_heddle/manifest.json', '/moved/_heddle/manifest.json'])
  server.closeAllConnections()
  server.close()
})
