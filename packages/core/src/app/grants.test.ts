import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkManifests } from '../check/check.ts'
import { commandKind } from '../check/compare-command.ts'
import { command } from '../command/command.ts'
import { memoryPrincipals } from '../ports/principals.ts'
import { app } from './define.ts'

const facts = { input: z.object({}), output: z.array(z.string()) }
const whoAmI = command('shop.WhoAmI', {
  ...facts,
  access: 'shop:ask',
  run: ({ ctx: { principal } }) => [principal!.id, ...principal!.permissions],
})
const ruled = command('shop.Ruled', { ...facts, access: () => false, run: () => [] })
const shop = (grants?: readonly string[]) => app('shop', { parts: [whoAmI, ruled], grants, tenancy: 'shared' })

test('an app is a principal of its own that may do what its grants state, and nothing without them', async () => {
  const closed = await shop().open()
  expect(closed.self()).toEqual({ id: 'app:shop', kind: 'service', tenant: 'main', permissions: [] })
  expect(await closed.call(whoAmI, {}, { as: closed.self() })).toMatchObject({ errors: [{ code: 'Denied' }] })

  const open = await shop(['shop:*']).open()
  const called = await open.call(whoAmI, {}, { as: open.self('acme') })
  expect(called).toEqual({ ok: true, value: ['app:shop', 'shop:*'] })
})

test('the app is found by its id in each tenant, whatever records say of that name', async () => {
  const records = memoryPrincipals([
    { id: 'app:shop', permissions: ['*'] },
    { id: 'ann', permissions: ['shop:ask'] },
  ])
  const open = await shop(['shop:ask']).open({ ports: { principals: records } })
  const { principals } = open.ports
  expect(await principals.resolve('app:shop', 'acme')).toEqual(open.self('acme'))
  expect(await principals.resolve('app:shop')).toMatchObject({ permissions: ['shop:ask'] })
  expect(await principals.resolve('ann')).toMatchObject({ permissions: ['shop:ask'] })
  expect(await principals.resolve('app:other')).toBeUndefined()
})

test("the app's own work is asked neither for a permission nor by a rule", async () => {
  const open = await shop().open()
  const own = { as: open.self(), trusted: true } as const
  expect(await open.call(whoAmI, {}, own)).toEqual({ ok: true, value: ['app:shop'] })
  expect(await open.call(ruled, {}, own)).toEqual({ ok: true, value: [] })
  expect(await open.call(ruled, {}, { as: open.self() })).toMatchObject({ errors: [{ code: 'Denied' }] })
})

test.each([[['bank*']], [['']], [[7 as never]]])('the grants %j are refused when the app is declared', (grants) => {
  expect(() => shop(grants)).toThrow(expect.objectContaining({ code: 'InvalidDefinition' }))
  expect(() => shop(grants)).toThrow('a permission is written bank:transfer, bank:* or *')
})

test('check says which grants come, and which are missed', async () => {
  const levels = async (before?: readonly string[], after?: readonly string[]) => {
    const [old, now] = [shop(before), shop(after)]
    const kinds = now.parts().parts.map(({ kind }) => kind)
    const verdicts = await checkManifests(old.manifest(), now.manifest(), [commandKind, ...kinds])
    return verdicts.map(({ level, item, change }) => `${level}: ${item} ${change}`)
  }
  expect(await levels(undefined, ['shop:ask'])).toEqual(['safe: grant shop:ask added'])
  expect(await levels(['shop:ask'], ['bank:pay'])).toEqual([
    'safe: grant bank:pay added',
    'breaking: grant shop:ask removed',
  ])
  expect(await levels(['shop:ask'], ['shop:*'])).toEqual(['safe: grant shop:* added', 'safe: grant shop:ask removed'])
  expect(await levels(['shop:ask'], undefined)).toEqual(['breaking: grant shop:ask removed'])
  expect(await levels(['shop:ask'], ['shop:ask', 'shop:ask'])).toEqual([])
})
