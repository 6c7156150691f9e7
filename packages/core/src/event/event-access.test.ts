import { expect, test } from 'vitest'
import { z } from 'zod'
import { buildManifest, checkManifests, event, maySeeEvent, type Principal, refusedEvents } from '../index.ts'

const data = z.object({ to: z.string() })
const open = event('bank.Open', { data, access: 'public' })
const read = event('bank.Read', { data, access: 'bank:read' })
const ruled = event('bank.Ruled', {
  data,
  access: ({ principal, tenant }, { to }) => ({ allowed: principal?.id === to && tenant === 'main' }),
})
const closed = event('bank.Closed', { data })
const ada: Principal = { id: 'ada', permissions: ['bank:*'] }
const bob: Principal = { id: 'bob', permissions: [] }

test('an event is closed to everybody outside of the app, unless it says to whom it is pushed', () => {
  const codes = (who: Principal | undefined) =>
    [open, read, ruled, closed].map((one) => refusedEvents(one, who)?.code ?? 'open')
  expect(codes(ada)).toEqual(['open', 'open', 'open', 'Denied'])
  expect(codes(bob)).toEqual(['open', 'Denied', 'open', 'Denied'])
  expect(codes(undefined)).toEqual(['open', 'Unauthenticated', 'open', 'Unauthenticated'])
})

test('a rule sees who asks, in which tenant, and what the event says', () => {
  const seen = (principal: Principal | undefined, tenant = 'main') =>
    maySeeEvent(ruled, { principal, tenant }, { to: 'ada' })
  expect([seen(ada), seen(bob), seen(undefined), seen(ada, 'other')]).toEqual([true, false, false, false])
  expect(maySeeEvent(open, { principal: undefined, tenant: 'main' }, {})).toBe(true)
})

test('what looks like no permission is refused where it is declared', () => {
  expect(() => event('bank.Wrong', { data, access: 'bank read' })).toThrow(/no permission/)
})

test('the manifest says who may get an event, and fewer than before is breaking', async () => {
  const told = (access?: 'public' | 'bank:read') => event('bank.Told', { data, ...(access && { access }) })
  const manifestOf = (access?: 'public' | 'bank:read') => buildManifest('bank', [told(access)])
  const verdicts = async (before?: 'public' | 'bank:read', after?: 'public' | 'bank:read') => {
    const found = await checkManifests(manifestOf(before), manifestOf(after), [told().kind])
    return found.map(({ level, change }) => `${level} ${change}`)
  }
  expect(manifestOf('bank:read').parts).toMatchObject({ event: { 'bank.Told': { access: 'bank:read' } } })
  expect(await verdicts('public', 'bank:read')).toEqual(['breaking access: public → bank:read'])
  expect(await verdicts('bank:read')).toEqual(['breaking access: bank:read → closed'])
  expect(await verdicts(undefined, 'bank:read')).toEqual(['safe access: closed → bank:read'])
  expect(await verdicts('bank:read', 'public')).toEqual(['safe access: bank:read → public'])
})
