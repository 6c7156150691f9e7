import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenApp } from '@heddle/core'
import { settled } from '@heddle/core/testing'
import { readersOf } from '@heddle/data'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import ledger from '../../fixtures/ledger.ts'
import { withOperations } from '../commands/operations.ts'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-events-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = join(import.meta.dirname, '../../fixtures/ledger.ts')
const environment = { HEDDLE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` }

function toolIn(data: string) {
  return async (line: string) => {
    const io = memoryIo()
    const around = { io, cwd: folder, environment, signal: new AbortController().signal, entry: 'unused' }
    const code = await main([...line.split(' '), '--app', file, '--folder', join(folder, data)], around)
    return { code, out: io.text(), err: io.errors() }
  }
}

async function caughtUp(app: OpenApp): Promise<void> {
  for (;;) {
    const readers = await readersOf(app)
    if (readers.every(({ behind }) => behind === 0)) return
    await settled()
  }
}

test('events are listed with what is marked masked, by name and stream, a page at a time', async () => {
  const heddle = toolIn('listed')
  const json = async (line: string) => JSON.parse((await heddle(`${line} --json`)).out) as Record<string, unknown>
  expect((await heddle('events list')).out).toBe('there are no events\n')
  for (const words of ['a --cents 5 --by Ada', 'b --cents 7', 'a --cents 2']) {
    expect((await heddle(`call ledger.Deposit --account ${words}`)).code).toBe(0)
  }

  const all = await heddle('events list')
  expect(all.out).toMatch(/1 +\S+Z +ledger\.Deposited +ledger\.Ledger\/a +\{"cents":5,"by":"•••"\}/)
  expect(all.out).toMatch(/2 +\S+Z +ledger\.Noted +a +\{"text":"a"\}/)
  expect(all.out).not.toContain('Ada')
  expect(await json('events list --stream ledger.Ledger/a')).toMatchObject({
    events: [
      { offset: 1, number: 1, principal: 'operator', data: { cents: 5 } },
      { offset: 5, number: 2, data: { cents: 2 } },
    ],
  })
  expect(await json('events list --stream ledger.Ledger/a --after 1')).toMatchObject({ events: [{ offset: 5 }] })
  expect(await json('events list --stream ledger.Ledger/a --name ledger.Noted')).toEqual({ events: [] })
  expect(await json('events list --name ledger.Noted --limit 2')).toMatchObject({
    events: [{ offset: 2 }, { offset: 4 }],
    next: 4,
  })
  expect((await heddle('events list --after 4 --limit 1')).out).toMatch(
    /There may be more: heddle events list --limit 1 --app \S+ --folder \S+ --after 5\n$/,
  )
})

test('projections tell how far they are, and are rebuilt in the process that serves', async () => {
  const heddle = toolIn('served')
  for (const cents of [5, 7]) expect((await heddle(`call ledger.Deposit --account a --cents ${cents}`)).code).toBe(0)
  expect((await heddle('projections list')).out).toMatch(/ledger\.ShowBalances +0 +4/)

  const app = await withOperations(ledger).open({ folder: join(folder, 'served'), environment })
  await app.start()
  await caughtUp(app)
  const { out } = await heddle('projections list --json')
  expect(JSON.parse(out)).toEqual({
    projections: [{ name: 'ledger.ShowBalances', offset: 4, behind: 0, lagMs: expect.any(Number) }],
  })
  const balance = async () => JSON.parse((await heddle('call ledger.ReadBalance --account ledger.Ledger/a --json')).out)
  expect(await balance()).toEqual({ ok: true, value: 12 })
  expect((await heddle('call ledger.Spoil --account ledger.Ledger/a')).code).toBe(0)
  expect(await balance()).toEqual({ ok: true, value: -1 })

  const rebuilt = await heddle('projections rebuild ledger.ShowBalances')
  expect(rebuilt).toMatchObject({ code: 0, out: expect.stringContaining('ledger.ShowBalances is folded anew') })
  await caughtUp(app)
  expect(await balance()).toEqual({ ok: true, value: 12 })
  expect(await heddle('projections rebuild ledger.Nothing')).toMatchObject({
    code: 65,
    err: expect.stringContaining('There is no projection with the key ledger.Nothing.'),
  })
  await app.close()
})

test('leases that are held are listed with their tokens', async () => {
  const heddle = toolIn('leases')
  expect((await heddle('leases list')).out).toBe('no lease is held\n')
  expect((await heddle('call heddle.AcquireLease --name nightly --holder w1 --ttl-ms 3600000')).code).toBe(0)
  expect((await heddle('leases list')).out).toMatch(/nightly +w1 +\d+ +\S+Z +\S+Z/)
  expect((await heddle('leases list --after nightly')).out).toBe('no lease is held\n')
})
