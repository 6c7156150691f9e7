import { app, memoryLog } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { afterAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { postgres } from '../postgres/postgres.ts'
import { accessCommands } from './commands.ts'

const { createKey, listKeys, putPrincipal, putRole, revokeKey, rotateKey } = accessCommands
const clinic = app('clinic', { parts: [accessCommands], database: postgres(await freshDatabase()) })
// Here and there are two apps on one database, each with its own connections. There the clock stands still, so that only a
// notice can make it forget.
const here = await clinic.open({ ports: { log: memoryLog() } })
const there = await clinic.open({ ports: { log: memoryLog(), clock: createVirtualTime(here.ports.clock.now()).clock } })
afterAll(() => Promise.all([here.close(), there.close()]))

const asked = (key: string) =>
  Promise.resolve(there.ports.principals.ofKey(key)).then(
    ({ permissions }) => permissions.join(' '),
    ({ data }: { data: { because: string } }) => data.because,
  )

test('what one process changes is heard by the other, which remembered something else', async () => {
  await here.callOrThrow(putRole, { name: 'planner', permissions: ['clinic:plan'] })
  await here.callOrThrow(putPrincipal, { id: 'ward-7', roles: ['planner'] })
  const { id, key } = await here.callOrThrow(createKey, { principal: 'ward-7' })
  expect(await asked(key)).toBe('clinic:plan')
  const heard = { timeout: 45_000, interval: 20 }
  /** What is known of the keys: their uses are noted in the background, where nobody changes them meanwhile. */
  const known = async () => {
    const { keys } = await there.callOrThrow(listKeys, {})
    return keys.map(({ state, usedAt }) => [state, usedAt !== undefined])
  }
  await expect.poll(known, heard).toEqual([['valid', true]])

  await here.callOrThrow(putRole, { name: 'planner', permissions: ['clinic:plan', 'clinic:read'] })
  await expect.poll(() => asked(key), heard).toBe('clinic:plan clinic:read')
  const next = await here.callOrThrow(rotateKey, { id })
  expect([await asked(key), await asked(next.key)]).toEqual(Array(2).fill('clinic:plan clinic:read'))
  await here.callOrThrow(revokeKey, { id })
  await expect.poll(() => asked(key), heard).toBe('the API key was revoked')
  expect(await asked(next.key)).toBe('clinic:plan clinic:read')
  await here.callOrThrow(putPrincipal, { id: 'ward-7', roles: ['planner'], disabled: true })
  await expect.poll(() => asked(next.key), heard).toBe('the principal of the API key is unknown or disabled')
  const both = [
    ['revoked', true],
    ['valid', true],
  ]
  await expect.poll(known, heard).toEqual(both)
})
