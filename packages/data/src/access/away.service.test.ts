import { app, memoryLog } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { startPostgres } from '../../../../scripts/services/postgres.ts'
import { postgres } from '../postgres/postgres.ts'
import { accessCommands } from './commands.ts'
import { rememberedMs } from './remembered.ts'

const { createKey, listRoles, putPrincipal, putRole, revokeKey } = accessCommands

test('while the server is away a key is neither let in nor refused for good, and what holds is known again afterwards', async () => {
  const server = await startPostgres()
  const time = createVirtualTime(Date.UTC(2026, 0, 1))
  const clinic = await app('clinic', { parts: [accessCommands], database: postgres(server.url('postgres')) }).open({
    ports: { log: memoryLog(), clock: time.clock },
  })
  await clinic.callOrThrow(putRole, { name: 'planner', permissions: ['clinic:plan'] })
  await clinic.callOrThrow(putPrincipal, { id: 'ward-7', roles: ['planner'] })
  const [kept, revoked] = [
    await clinic.callOrThrow(createKey, { principal: 'ward-7' }),
    await clinic.callOrThrow(createKey, { principal: 'ward-7' }),
  ]
  await clinic.callOrThrow(revokeKey, { id: revoked.id })
  const asked = ({ key }: typeof kept) =>
    Promise.resolve(clinic.ports.principals.ofKey(key)).then(
      ({ permissions }) => permissions.join(' '),
      ({ code, retry }: { code: string; retry: unknown }) => ({ code, retry }),
    )
  const refused = { code: 'InvalidCredentials', retry: 'never' }
  expect([await asked(kept), await asked(revoked)]).toEqual(['clinic:plan', refused])

  await server.stop()
  await time.advance(rememberedMs)
  const away = { code: 'Unavailable', retry: { afterMs: 1000 } }
  expect([await asked(kept), await asked(revoked)]).toEqual([away, away])
  const as = { id: 'ward-7', permissions: ['clinic:plan'] }
  expect(await clinic.call(listRoles, {}, { as })).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
  expect(await clinic.call(listRoles, {})).toMatchObject({ ok: false, errors: [away] })

  await server.start()
  await expect.poll(() => asked(kept), { timeout: 45_000 }).toBe('clinic:plan')
  expect(await asked(revoked)).toEqual(refused)
  await clinic.close()
  await server.remove()
}, 60_000)
