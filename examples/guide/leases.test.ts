import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVirtualTime } from '@heddle/core/testing'
import { keepLease, leasesOf } from '@heddle/data'
import { expect, test } from 'vitest'
import declared, { storeReading } from './leases.ts'

test('who lost a lease stores nothing any more, however late it learns of it', async () => {
  const { clock, timers, advance } = createVirtualTime()
  const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-'))
  const meter = await declared.open({ folder, ports: { clock, timers } })
  const leases = leasesOf(meter)

  const first = await leases.acquire('meter', { ttlMs: 10_000, holder: 'reader-1' })
  if (!first.acquired) throw new Error('nobody else wants it')
  expect(await leases.acquire('meter', { ttlMs: 10_000, holder: 'reader-2' })).toMatchObject({
    acquired: false,
    holder: 'reader-1',
  })
  const hour = '2026-11-21T07:00:00Z'
  expect(await meter.call(storeReading, { hour, kwh: 1, token: first.token })).toMatchObject({ ok: true })

  await advance(10_000)
  const second = await keepLease(leases, 'meter', { ttlMs: 10_000, holder: 'reader-2', ports: meter.ports })
  if (!('signal' in second)) throw new Error('its time was over')
  const next = '2026-11-21T08:00:00Z'
  expect(await meter.call(storeReading, { hour: next, kwh: 2, token: first.token })).toMatchObject({
    errors: [{ code: 'LeaseLost', message: `The lease "meter" is no longer held with the token ${first.token}.` }],
  })
  const { token } = second
  expect(await meter.call(storeReading, { hour: next, kwh: 2, token }, { fences: [second] })).toMatchObject({
    ok: true,
  })
  await second.release()
  await meter.close()
  rmSync(folder, { recursive: true })
})
