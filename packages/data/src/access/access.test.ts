import { app, memoryLog, type OpenApp, type Principal } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { applyChange, type Tables } from '../migration/change.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { usualDatabase } from '../testing/test-store.ts'
import type { DataTransactions } from '../unit/data-transactions.ts'
import { accessCommands } from './commands.ts'
import { KeyRecord, PrincipalRecord, RoleRecord } from './records.ts'
import { rememberedMs } from './remembered.ts'
import { accessMigration } from './tables.ts'
import { useNotedMs } from './use-notes.ts'

const { createKey, listKeys, listPrincipals, listRoles } = accessCommands
const { putPrincipal, putRole, removePrincipal, removeRole, revokeKey, rotateKey } = accessCommands

/** For what is looked at in the very moment in which a database has answered, which on a server nobody can know. */
const answersAtOnce = sqlite()

/** An app of the access commands alone, in virtual time, with a service `ci` that may deploy. */
async function clinic(usual = usualDatabase()) {
  const time = createVirtualTime()
  const log = memoryLog()
  const database = usual.simulated?.() ?? usual
  const folder = mkdtempSync(join(tmpdir(), 'heddle-access-'))
  const { clock, timers } = time
  const open = await app('clinic', { parts: [accessCommands], database }).open({
    folder,
    ports: { clock, timers, log },
  })
  await open.callOrThrow(putRole, { name: 'deployer', permissions: ['app:deploy', 'app:read:*'] })
  await open.callOrThrow(putPrincipal, { id: 'ci', kind: 'service', roles: ['deployer'] })
  const { database: tables } = open.ports.transactions as DataTransactions
  const end = async () => {
    await open.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { open, time, log, tables, [Symbol.asyncDispose]: end }
}

const ofKey = async ({ ports }: OpenApp, key: string) => ports.principals.ofKey(key)
const refusal = (open: OpenApp, key: string) =>
  ofKey(open, key).then(
    () => 'accepted',
    ({ code, data }: { code: string; data: { because: string } }) => `${code}: ${data.because}`,
  )

test('the migration leads to the tables that the code uses', () => {
  const none: Tables = new Map()
  const tables = accessMigration.reduce(applyChange, none)
  expect([...tables.values()]).toEqual([RoleRecord, PrincipalRecord, KeyRecord].map(({ table }) => table))
})

test('a key acts for its principal with the permissions of its roles', async () => {
  await using at = await clinic()
  const { id, key } = await at.open.callOrThrow(createKey, { principal: 'ci', name: 'laptop' })
  expect(key).toMatch(/^hk_[\da-f]{32}[\w-]{43}$/)
  expect(await ofKey(at.open, key)).toEqual({
    id: 'ci',
    tenant: 'main',
    kind: 'service',
    permissions: ['app:deploy', 'app:read:*'],
    key: id,
  })
})

test('a key that is narrowed may do what both it and its principal may', async () => {
  await using at = await clinic()
  const permissions = ['app:read:logs', 'app:delete', 'app:deploy']
  const { key } = await at.open.callOrThrow(createKey, { principal: 'ci', permissions })
  expect((await ofKey(at.open, key)).permissions.toSorted()).toEqual(['app:deploy', 'app:read:logs'])
})

test('what is kept of a key is a hash: no file, list or log line holds the key', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-keys-'))
  const log = memoryLog()
  const open = await app('clinic', { parts: [accessCommands], database: sqlite() }).open({ folder, ports: { log } })
  await open.callOrThrow(putPrincipal, { id: 'ci' })
  const { id, key } = await open.callOrThrow(createKey, { principal: 'ci' })
  await ofKey(open, key)
  const listed = await open.callOrThrow(listKeys, {})
  expect(listed.keys).toMatchObject([{ id, principal: 'ci', name: 'key', state: 'valid' }])
  await open.close()
  const kept = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'latin1'))
    .join('')
  rmSync(folder, { recursive: true })
  expect(kept).toContain(id)
  const secret = key.slice(-43)
  for (const text of [kept, JSON.stringify(listed), JSON.stringify(log.lines)]) expect(text).not.toContain(secret)
})

test.each([
  ['nothing', () => ''],
  ['another word', () => 'Bearer'],
  ['a key that was never made', () => `hk_${'0'.repeat(32)}${'A'.repeat(43)}`],
  ['the right id and another secret', (key: string) => `${key.slice(0, 35)}${'A'.repeat(43)}`],
  ['a secret that differs in its last letter', (key: string) => key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A')],
  ['the key of another tenant', (key: string) => `${key}.${Buffer.from('other').toString('base64url')}`],
  [
    'the key with the tenant in which it is anyway',
    (key: string) => `${key}.${Buffer.from('main').toString('base64url')}`,
  ],
  ['the key in capitals', (key: string) => key.toUpperCase()],
  ['the key with a space behind it', (key: string) => `${key} `],
  ['the key twice', (key: string) => `${key}, ${key}`],
  ['very much text', (key: string) => key.repeat(10_000)],
])('%s is refused', async (_, forge) => {
  await using at = await clinic()
  const { key } = await at.open.callOrThrow(createKey, { principal: 'ci' })
  expect(await refusal(at.open, forge(key))).toMatch(/^InvalidCredentials: (it is no|there is no such) API key$/)
  expect(await refusal(at.open, key)).toBe('accepted')
})

test('an expired key is refused from the moment on at which it ends, also while it is remembered', async () => {
  await using at = await clinic()
  const { key } = await at.open.callOrThrow(createKey, { principal: 'ci', expires: '1s' })
  await at.time.advance(999)
  expect(await refusal(at.open, key)).toBe('accepted')
  await at.time.advance(1)
  expect(await refusal(at.open, key)).toBe('InvalidCredentials: the API key ended at 2020-01-01T00:00:01.000Z')
})

test('revoking a key, disabling its principal and changing its role count at once where they are done', async () => {
  await using at = await clinic()
  const { open } = at
  const { id, key } = await open.callOrThrow(createKey, { principal: 'ci' })
  const permissions = async () => (await ofKey(open, key)).permissions
  expect(await permissions()).toEqual(['app:deploy', 'app:read:*'])
  await open.callOrThrow(putRole, { name: 'deployer', permissions: ['app:deploy'] })
  expect(await permissions()).toEqual(['app:deploy'])
  await open.callOrThrow(putPrincipal, { id: 'ci', kind: 'service', roles: ['deployer'], disabled: true })
  expect(await refusal(open, key)).toBe('InvalidCredentials: the principal of the API key is unknown or disabled')
  expect(await open.ports.principals.resolve('ci')).toBeUndefined()
  await open.callOrThrow(putPrincipal, { id: 'ci', kind: 'service', roles: ['deployer'] })
  expect(await refusal(open, key)).toBe('accepted')
  await open.callOrThrow(removeRole, { name: 'deployer' })
  expect(await permissions()).toEqual([])
  await open.callOrThrow(revokeKey, { id })
  expect(await refusal(open, key)).toBe('InvalidCredentials: the API key was revoked')
  expect((await open.callOrThrow(listKeys, {})).keys).toMatchObject([{ state: 'revoked' }])
})

test('what another process changed counts within five seconds, without a word from it', async () => {
  await using at = await clinic(answersAtOnce)
  const { id, key } = await at.open.callOrThrow(createKey, { principal: 'ci' })
  await ofKey(at.open, key)
  // Another process writes to the same tables, and its notice does not arrive.
  const [row] = await at.tables.read(KeyRecord.table, 'main', [id])
  const record = { ...(KeyRecord.codec.decode(row!) as object), revoked: true }
  const write = { kind: 'put', table: KeyRecord.table, values: KeyRecord.codec.encode(record) } as const
  await at.tables.commit({ tenant: 'main', checks: [], writes: [write] })
  expect(await refusal(at.open, key)).toBe('accepted')
  await at.time.advance(rememberedMs)
  // Whoever is connected is asked for again every two seconds, and ends within five.
  expect(rememberedMs).toBeLessThan(3000)
  expect(await refusal(at.open, key)).toBe('InvalidCredentials: the API key was revoked')
})

test('a rotated key works on for its overlap, and the next one lives as long as the first was meant to', async () => {
  await using at = await clinic()
  const { open, time } = at
  const first = await open.callOrThrow(createKey, { principal: 'ci', name: 'laptop', expires: '90d' })
  await time.advance(86_400_000)
  const second = await open.callOrThrow(rotateKey, { id: first.id, overlap: '1h' })
  expect(second.endsAt).toEqual(new Date(time.clock.now() + 90 * 86_400_000))
  expect([await refusal(open, first.key), await refusal(open, second.key)]).toEqual(['accepted', 'accepted'])
  await time.advance(3_600_000)
  expect(await refusal(open, first.key)).toContain('the API key ended at')
  expect(await refusal(open, second.key)).toBe('accepted')
  const again = await open.call(rotateKey, { id: first.id })
  expect(again).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
})

test('the last use of a key is noted once an hour', async () => {
  await using at = await clinic(answersAtOnce)
  const { open, time } = at
  const { key } = await open.callOrThrow(createKey, { principal: 'ci' })
  const usedAt = async () => (await open.callOrThrow(listKeys, {})).keys[0]!.usedAt?.getTime()
  expect(await usedAt()).toBeUndefined()
  const start = time.clock.now()
  await ofKey(open, key)
  await time.advance(useNotedMs - 1)
  await ofKey(open, key)
  await time.advance(0)
  expect(await usedAt()).toBe(start)
  await time.advance(rememberedMs)
  await ofKey(open, key)
  await time.advance(0)
  expect(await usedAt()).toBe(start + useNotedMs - 1 + rememberedMs)
})

const operator = (...permissions: string[]): Principal => ({
  id: 'olga',
  permissions: ['heddle:operate', ...permissions],
})

test('nobody hands out more than they hold: not by a role, a principal, a key or a rotation', async () => {
  await using at = await clinic()
  const { open } = at
  const { id } = await open.callOrThrow(createKey, { principal: 'ci' })
  const { id: narrow } = await open.callOrThrow(createKey, { principal: 'ci', permissions: ['app:deploy'] })
  const as = operator('app:deploy')
  const denied = { ok: false, errors: [{ code: 'Denied' }] }
  expect(await open.call(putRole, { name: 'mine', permissions: ['*'] }, { as })).toMatchObject(denied)
  expect(await open.call(putRole, { name: 'deployer', permissions: ['app:*'] }, { as })).toMatchObject(denied)
  expect(await open.call(putPrincipal, { id: 'eve', roles: ['deployer'] }, { as })).toMatchObject(denied)
  expect(await open.call(createKey, { principal: 'ci' }, { as })).toMatchObject(denied)
  expect(await open.call(rotateKey, { id }, { as })).toMatchObject(denied)
  expect(await open.call(rotateKey, { id: narrow }, { as })).toMatchObject({ ok: true })
  expect(await open.call(createKey, { principal: 'ci', permissions: ['app:deploy'] }, { as })).toMatchObject({
    ok: true,
  })
  expect(await open.call(putRole, { name: 'mine', permissions: ['app:deploy'] }, { as })).toMatchObject({ ok: true })
  // Taking away needs nothing, and what a role had before is not handed out anew.
  expect(await open.call(putRole, { name: 'deployer', permissions: ['app:read:*'] }, { as })).toMatchObject({
    ok: true,
  })
  await open.callOrThrow(putPrincipal, { id: 'ci', roles: ['deployer'], disabled: true })
  expect(await open.call(putPrincipal, { id: 'ci', roles: ['deployer'] }, { as })).toMatchObject(denied)
})

test('who may not operate may do none of it', async () => {
  await using at = await clinic()
  for (const command of Object.values(accessCommands)) {
    const outcome = await at.open.callByName(command.name, {}, { as: { id: 'eve', permissions: ['app:*'] } })
    expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
  }
})

test('a key is not made under an idempotency key, whose record would hold it', async () => {
  await using at = await clinic()
  const outcome = await at.open.call(createKey, { principal: 'ci' }, { idempotencyKey: 'k' })
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'InvalidOption' }] })
})

test('a principal that is removed takes its keys along for good', async () => {
  await using at = await clinic()
  const { open } = at
  const { key } = await open.callOrThrow(createKey, { principal: 'ci' })
  expect(await open.callOrThrow(removePrincipal, { id: 'ci' })).toEqual({ id: 'ci', revoked: 1 })
  expect((await open.callOrThrow(listPrincipals, {})).principals).toEqual([])
  await open.callOrThrow(putPrincipal, { id: 'ci', roles: ['deployer'] })
  expect(await refusal(open, key)).toBe('InvalidCredentials: the API key was revoked')
})

test.each(['bank', 'bank:pay', 'bank:*', '*', 'clinic.v2:read-notes:*'])('%s can be given', async (permission) => {
  await using at = await clinic()
  expect(await at.open.call(putRole, { name: 'r', permissions: [permission] })).toMatchObject({ ok: true })
})

test.each(['', 'bank*', 'bank:*:pay', '*:pay', 'bank:', ':pay', 'a b', 'bank:pay\n'])(
  'the permission %j would hold nothing and is refused at its place',
  async (permission) => {
    await using at = await clinic()
    const outcome = await at.open.call(putRole, { name: 'r', permissions: ['ok', permission] })
    expect(outcome.ok || outcome.errors.map(({ key }) => key)).toEqual(['data/permissions/1:InvalidString'])
  },
)

test('an unknown role or principal is an error with its place', async () => {
  await using at = await clinic()
  const role = await at.open.call(putPrincipal, { id: 'x', roles: ['deployer', 'nobody'] })
  expect(role.ok || role.errors.map(({ key }) => key)).toEqual(['data/roles/1:NotFound'])
  expect(await at.open.call(createKey, { principal: 'x' })).toMatchObject({ errors: [{ code: 'NotFound' }] })
})

test('roles, principals and keys of one tenant are nothing in another', async () => {
  await using at = await clinic()
  expect((await at.open.callOrThrow(listRoles, {})).roles).toHaveLength(1)
  expect(await at.open.ports.principals.resolve('ci', 'other')).toBeUndefined()
})
