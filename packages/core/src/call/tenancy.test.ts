import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, type CallOptions, checkManifests, command, commandKind, type Principal, type Tenancy } from '../index.ts'

const whereAmI = command('shop.WhereAmI', {
  input: z.object({}),
  output: z.string(),
  access: 'public',
  run: ({ ctx }) => ctx.tenant,
})
const open = (tenancy?: Tenancy) => app('shop', { parts: [whereAmI], tenancy }).open()

const ana: Principal = { id: 'ana', tenant: 'a', permissions: [] }
const both: Principal = { id: 'bo', tenant: 'a', tenants: ['b'], permissions: [] }
const operator: Principal = { id: 'operator', permissions: ['*'], tenants: ['*'] }

const shared: [string, CallOptions | undefined, string][] = [
  ['the app’s own code without a word', undefined, 'main'],
  ['the app’s own code in any tenant', { tenant: 'x' }, 'x'],
  ['a principal in its own', { as: ana }, 'a'],
  ['a principal in its own, chosen', { as: ana, tenant: 'a' }, 'a'],
  ['a principal in another', { as: ana, tenant: 'b' }, 'TenantDenied'],
  ['a principal in main, which is not its own', { as: ana, tenant: 'main' }, 'TenantDenied'],
  ['a principal of two in the second', { as: both, tenant: 'b' }, 'b'],
  ['a principal of two in a third', { as: both, tenant: 'c' }, 'TenantDenied'],
  ['a principal without a tenant', { as: { id: 'x', permissions: [] } }, 'main'],
  ['the operator anywhere', { as: operator, tenant: 'z' }, 'z'],
  ['a stranger', { as: null }, 'main'],
  ['a stranger in a tenant', { as: null, tenant: 'a' }, 'TenantDenied'],
  ['who is of the tenant without a name, which is Heddle’s', { as: { ...ana, tenant: '' } }, 'TenantDenied'],
  ['own code in the tenant without a name', { tenant: '' }, 'TenantDenied'],
  ['the operator in a tenant that is called by a control character', { as: operator, tenant: 'a\0b' }, 'TenantDenied'],
  ['a tenant whose name is too long', { tenant: 'x'.repeat(201) }, 'TenantDenied'],
]

test.each(shared)('with shared tenants %s', async (_, options, expected) => {
  const shop = await open('shared')
  const outcome = await shop.call(whereAmI, {}, options)
  expect(outcome.ok ? outcome.value : outcome.errors[0]!.code).toBe(expected)
  await shop.close()
})

test.each<[CallOptions | undefined, string]>([
  [undefined, 'main'],
  [{ tenant: 'main' }, 'main'],
  [{ tenant: 'a' }, 'TenantDenied'],
  [{ as: ana }, 'TenantDenied'],
  [{ as: operator, tenant: 'a' }, 'TenantDenied'],
  [{ as: null }, 'main'],
])('without tenants a call %j is in main or refused: %s', async (options, expected) => {
  const shop = await open()
  const outcome = await shop.call(whereAmI, {}, options)
  expect(outcome.ok ? outcome.value : outcome.errors[0]!.code).toBe(expected)
  await shop.close()
})

test.each([
  ['schema', "'schema' is not there yet"],
  ['database', "'database' is not there yet"],
  ['many', '"many" is none of'],
])('the tenancy %s is refused when the app is declared', (tenancy, reason) => {
  const declare = () => app('shop', { parts: [], tenancy: tenancy as Tenancy })
  expect(declare).toThrow(expect.objectContaining({ code: 'InvalidDefinition' }))
  expect(declare).toThrow(reason)
})

test('taking on tenants is safe, and giving them up breaks those who have any', async () => {
  const [one, many] = [app('shop', { parts: [whereAmI] }), app('shop', { parts: [whereAmI], tenancy: 'shared' })]
  const levels = async (before: typeof one, after: typeof one) => {
    const kinds = after.parts().parts.map(({ kind }) => kind)
    const verdicts = await checkManifests(before.manifest(), after.manifest(), [commandKind, ...kinds])
    return verdicts.map(({ level, item, change }) => `${level}: ${item} ${change}`)
  }
  expect(await levels(one, many)).toEqual(['safe: tenancy shared added'])
  expect(await levels(many, one)).toEqual(['breaking: tenancy shared removed'])
  expect(await levels(many, many)).toEqual([])
})
