import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo, surfaces } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-surfaces-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const bank = join(import.meta.dirname, '../../../../examples/bank/app.ts')

async function heddle(...words: string[]) {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const code = await main([...words, '--app', bank, '--folder', folder], around)
  return { code, out: io.text(), err: io.errors() }
}

test('the matrix tells of each command over which surfaces it is reached, and what these can do', async () => {
  const { code, out } = await heddle('surfaces')
  expect(code).toBe(0)
  expect(out).toMatch(/^surface +title +can\n/)
  for (const { name, title } of surfaces) expect(out).toMatch(new RegExp(`^${name} +${title}`, 'm'))
  expect(out).toMatch(/^command +access +function +http +sse +websocket /m)
  // The bank of the example mounts no WebSocket.
  expect(out).toMatch(/^bank\.TransferMoney +bank:transfer +yes +yes +yes +- +yes /m)
  expect(out).not.toContain('heddle.Ping')
  expect((await heddle('surfaces', '--internal')).out).toContain('heddle.Ping')
})

test('of one command every address is told', async () => {
  const { out } = await heddle('surfaces', 'bank.TransferMoney')
  expect(out).toMatch(/^http +POST \/bank\/TransferMoney$/m)
  expect(out).toMatch(/^mcp +tool bank_TransferMoney$/m)
  expect(out).toMatch(/^cli +heddle call bank\.TransferMoney$/m)
  expect(out).toMatch(/^websocket +-$/m)
  expect(out).not.toContain('bank.OpenAccount')
})

test('programs get the addresses of all', async () => {
  const told = JSON.parse((await heddle('surfaces', '--json')).out) as {
    surfaces: { name: string; can: string[] }[]
    commands: { name: string; doors: Record<string, string[]> }[]
  }
  expect(told.surfaces.map(({ name }) => name)).toEqual(surfaces.map(({ name }) => name))
  expect(told.surfaces.find(({ name }) => name === 'websocket')!.can).toContain('subscribe')
  expect(told.commands.map(({ name, doors }) => [name, doors.http])).toEqual([
    ['bank.OpenAccount', ['POST /bank/OpenAccount']],
    ['bank.TransferMoney', ['POST /bank/TransferMoney']],
  ])
})

test('a command that is not there is said so', async () => {
  const { code, err } = await heddle('surfaces', 'bank.Nothing')
  expect(code).not.toBe(0)
  expect(err).toContain('bank.Nothing')
})
