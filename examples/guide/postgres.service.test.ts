import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../scripts/services/fresh-database.ts'
import { bankAt, deposit, openAccount } from './postgres.ts'

test('one declaration serves a file and a server, and two processes of a server share its records', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-'))
  const url = await freshDatabase()
  for (const address of [undefined, url]) {
    const bank = await bankAt(address).open({ folder })
    await bank.callOrThrow(openAccount, { id: 'ada' })
    expect(await bank.call(deposit, { account: 'ada', cents: 5 })).toEqual({ ok: true, value: { balance: 5 } })
    await bank.close()
  }

  const banks = await Promise.all([1, 2].map(() => bankAt(url).open({ folder })))
  // Each of the forty adds to one record: who loses a race runs again, in whichever process.
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, (_, index) => banks[index % 2]!.call(deposit, { account: 'ada', cents: 1 })),
  )
  const balances = outcomes.map((outcome) => (outcome.ok ? outcome.value.balance : 0)).toSorted((a, b) => a - b)
  expect(balances).toEqual(Array.from({ length: 40 }, (_, index) => 6 + index))
  for (const bank of banks) await bank.close()
  rmSync(folder, { recursive: true, force: true })
})
