import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog, type OpenApp } from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import ledger from '../../../fixtures/ledger.ts'
import { withOperations } from '../operations.ts'

interface Told {
  readonly offset: number
  readonly name: string
  readonly data?: { readonly by?: string }
}

const folder = mkdtempSync(join(tmpdir(), 'heddle-watch-'))
const environment = { HEDDLE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` }
let app: OpenApp
beforeAll(async () => {
  app = await withOperations(ledger).open({ folder, environment, ports: { log: memoryLog() } })
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

const operator = { id: 'olga', permissions: ['heddle:operate', 'ledger:*'] }
const deposit = (account: string) =>
  app.callByName('ledger.Deposit', { account, cents: 1, by: 'Ann' }, { as: operator })

/** Follows events until so many came. */
async function follow(input: object, count: number, meanwhile: () => Promise<unknown> = async () => {}) {
  const told: Told[] = []
  const enough = new AbortController()
  const following = app.callByName('heddle.WatchEvents', input, {
    as: operator,
    signal: enough.signal,
    onItem(item) {
      told.push(item as Told)
      if (told.length === count) enough.abort()
    },
  })
  await meanwhile()
  const outcome = await following
  expect(outcome.ok ? [] : outcome.errors.map(({ code }) => code)).toEqual(['Cancelled'])
  return told
}

test('events that are kept come first, then those that come, with what is marked in them masked', async () => {
  await deposit('a')
  const told = await follow({ after: 0 }, 6, async () => {
    await deposit('b')
    await deposit('c')
  })
  expect(told.map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 5, 6])
  expect(told.filter(({ name }) => name === 'ledger.Deposited').map(({ data }) => data?.by)).toEqual(
    Array.from({ length: 3 }, () => expect.not.stringContaining('Ann')),
  )
})

test('whoever goes on behind the last one that he had misses nothing and gets nothing twice', async () => {
  const last = (await follow({ back: 2 }, 2)).at(-1)!.offset
  await deposit('d')
  const told = await follow({ after: last, names: ['ledger.Noted'] }, 2, () => deposit('e'))
  expect(told.map(({ name, offset }) => `${name} ${offset - last}`)).toEqual(['ledger.Noted 2', 'ledger.Noted 4'])
})

test('only operators may follow them', async () => {
  const outcome = await app.callByName('heddle.WatchEvents', {}, { as: { id: 'ann', permissions: ['ledger:*'] } })
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
})
