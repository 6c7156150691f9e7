import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listOrders, openShop, placeOrder } from '../../fixtures/keyed-app.ts'

test('a key whose answer was given before a kill has one effect and the same answer after it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-key-'))
  const child = join(import.meta.dirname, '../../fixtures/keyed-call.ts')
  const { stdout, signal } = spawnSync(process.execPath, [child, folder], { encoding: 'utf8' })
  expect(signal).toBe('SIGKILL')
  const answered = JSON.parse(stdout) as { ok: true; value: { id: string } }
  const shop = await openShop(folder)
  const calls = Array.from({ length: 200 }, () =>
    shop.call(placeOrder, { item: 'loom' }, { idempotencyKey: 'order-1' }),
  )
  for (const outcome of await Promise.all(calls)) expect(outcome).toEqual(answered)
  expect(await shop.call(listOrders, {})).toEqual({ ok: true, value: [{ id: answered.value.id, item: 'loom' }] })
  await shop.close()
})
