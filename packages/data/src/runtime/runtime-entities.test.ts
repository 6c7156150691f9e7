import { app, ref } from '@heddle/core'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { autocrud } from '../autocrud/autocrud.ts'
import { entity } from '../entity/entity.ts'
import { applyChange, type Tables } from '../migration/change.ts'
import { usualDatabase } from '../testing/test-store.ts'
import { systemMigrations } from '../system/tables.ts'
import { DefinitionRecord } from './definition-record.ts'
import { entityFromData } from './entity-data.ts'
import { runtimeEntities } from './runtime-entities.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-runtime-'))
afterAll(() => rmSync(root, { recursive: true }))
let folders = 0
const newFolder = () => join(root, `${folders++}`)

const Owner = entity('crm.Owner', { key: 'id', fields: { id: z.string() } })
const owners = autocrud(Owner, { access: 'public' })
const crm = runtimeEntities('crm', { define: 'crm:design', access: 'public', refersTo: [Owner] })
const declared = app('crm', { parts: [crm, owners], database: usualDatabase() })

const company = {
  name: 'crm.Company',
  key: 'id',
  fields: {
    id: { type: 'text' },
    size: { type: 'integer', min: 1, default: 1 },
    owner: { type: 'reference', to: 'crm.Owner', optional: true },
    parent: { type: 'reference', to: 'crm.Company', optional: true, onDelete: 'setNull' as const },
  },
}
const lead = {
  name: 'crm.Lead',
  key: 'id',
  fields: {
    id: { type: 'uuid' },
    email: { type: 'Email' },
    stage: { type: 'choice', values: ['new', 'won'], default: 'new' },
    company: { type: 'reference', to: 'crm.Company' },
    since: { type: 'time', optional: true },
  },
  indexes: [{ fields: ['email'], unique: true }],
  timestamps: true,
  versions: true,
}
const codeOf = (outcome: { ok: boolean; errors?: readonly { code: string }[] }) => outcome.errors?.[0]?.code

test('an entity that is defined while the app runs has a table, types, references and constraints at once', async () => {
  const open = await declared.open({ folder: newFolder() })
  expect(await open.callOrThrow(crm.defineEntity, { entity: company })).toEqual({ changes: ['new entity crm.Company'] })
  await open.callOrThrow(crm.defineEntity, { entity: lead })
  expect(await open.callOrThrow(crm.defineEntity, { entity: lead })).toEqual({ changes: [] })
  await open.callOrThrow(crm.createRecord, { entity: 'crm.Company', values: { id: 'acme' } })
  const values = { email: 'ada@example.com', company: 'acme', since: '2030-01-02T03:04:05Z' }
  const made = await open.callOrThrow(crm.createRecord, { entity: 'crm.Lead', values })
  expect(made).toMatchObject({ stage: 'new', version: 1, since: new Date('2030-01-02T03:04:05Z') })

  const create = async (changed: object) =>
    open.call(crm.createRecord, { entity: 'crm.Lead', values: { ...values, ...changed } })
  expect(await create({ email: 'nobody', stage: 'lost' })).toMatchObject({
    errors: [{ code: 'InvalidValues', data: { issues: [{ path: 'email' }, { path: 'stage' }] } }],
  })
  expect(codeOf(await create({ colour: 'red' }))).toBe('InvalidValues')
  expect(codeOf(await create({}))).toBe('NotUnique')
  expect(codeOf(await create({ email: 'bob@example.com', company: 'none' }))).toBe('MissingReference')
  expect(codeOf(await open.call(crm.deleteRecord, { entity: 'crm.Company', key: 'acme' }))).toBe('StillReferenced')
  expect(codeOf(await open.call(crm.getRecord, { entity: 'crm.None', key: 'x' }))).toBe('NotFound')

  const found = { entity: 'crm.Lead', query: { where: { email: { prefix: 'ada' } }, orderBy: { since: 'desc' } } }
  expect((await open.callOrThrow(crm.findRecords, found)).records).toEqual([made])
  const wrong = { entity: 'crm.Lead', query: { where: { colour: 'red' } } }
  expect(codeOf(await open.call(crm.findRecords, wrong))).toBe('InvalidValues')
  const change = { entity: 'crm.Lead', key: made['id'] as string, changes: { since: null, stage: 'won' }, ifVersion: 1 }
  const changed = await open.callOrThrow(crm.updateRecord, change)
  expect(changed).toMatchObject({ stage: 'won', version: 2 })
  expect(changed).not.toHaveProperty('since')
  expect(codeOf(await open.call(crm.updateRecord, change))).toBe('VersionOutdated')
  await open.close()
})

test('a definition can grow, and what would lose or convert records is refused', async () => {
  const open = await declared.open({ folder: newFolder() })
  await open.callOrThrow(crm.defineEntity, { entity: company })
  await open.callOrThrow(crm.createRecord, { entity: 'crm.Company', values: { id: 'acme' } })
  const fields = { ...company.fields, note: { type: 'text', optional: true }, rank: { type: 'integer', default: 7 } }
  expect(await open.callOrThrow(crm.defineEntity, { entity: { ...company, fields } })).toEqual({
    changes: ['new field crm.Company.note', 'new field crm.Company.rank'],
  })
  const read = async () => open.callOrThrow(crm.getRecord, { entity: 'crm.Company', key: 'acme' })
  expect(await read()).toEqual({ id: 'acme', size: 1, rank: 7 })
  const define = async (changed: object, name = 'crm.Company') =>
    open.call(crm.defineEntity, { entity: { ...company, name, fields: { ...fields, ...changed } as never } })
  expect(await define({ size: { type: 'time' } })).toMatchObject({ errors: [{ code: 'NeedsMigration' }] })
  expect(await define({ must: { type: 'text' } })).toMatchObject({ errors: [{ code: 'NeedsMigration' }] })
  for (const [changed, said] of [
    [{ note: { type: 'txt' } }, 'there is none of this name'],
    [{ note: { type: 'text', values: ['a'] } }, 'has no setting "values"'],
    [{ note: { type: 'text', pattern: '(' } }, 'is no regular expression'],
    [{ note: { type: 'text', pattern: '^(?=a)a', optional: true } }, 'could take for ever'],
    [{ note: { type: 'choice' } }, 'needs `values`'],
    [{ note: { type: 'reference', to: 'crm.Nothing' } }, 'there is no entity "crm.Nothing"'],
    [{ note: { type: 'integer', default: 'x' } }, 'does not fit its type'],
  ] as const) {
    expect(await define(changed)).toMatchObject({
      errors: [{ code: 'InvalidEntity', data: { reason: expect.stringContaining(said) } }],
    })
  }
  expect(codeOf(await define({}, 'crm.Owner'))).toBe('InvalidEntity')
  expect(codeOf(await define({}, 'bank.Account'))).toBe('InvalidEntity')
  expect(await read()).toEqual({ id: 'acme', size: 1, rank: 7 })
  await open.close()
})

test('a pattern that JavaScript would try for ever is answered at once, also after a restart', async () => {
  const folder = newFolder()
  const before = await declared.open({ folder })
  const fields = { id: { type: 'text', pattern: '^(a+)+$' } }
  await before.callOrThrow(crm.defineEntity, { entity: { name: 'crm.Tag', key: 'id', fields } })
  await before.close()
  const open = await declared.open({ folder })
  expect(await open.call(crm.createRecord, { entity: 'crm.Tag', values: { id: 'aaa' } })).toMatchObject({ ok: true })
  const hostile = { entity: 'crm.Tag', values: { id: `${'a'.repeat(40)}!` } }
  expect(await open.call(crm.createRecord, hostile)).toMatchObject({
    errors: [{ code: 'InvalidValues', data: { issues: [{ path: 'id' }] } }],
  })
  await open.close()
})

test('after a restart the definitions are there, and so are the references among them and to the app’s own', async () => {
  const folder = newFolder()
  const before = await declared.open({ folder })
  await before.callOrThrow(owners.create, { id: 'ann' })
  await before.callOrThrow(crm.defineEntity, { entity: company })
  for (const values of [
    { id: 'acme', owner: 'ann' },
    { id: 'sub', parent: 'acme' },
  ]) {
    await before.callOrThrow(crm.createRecord, { entity: 'crm.Company', values })
  }
  await before.close()
  const open = await declared.open({ folder })
  expect(await open.callOrThrow(crm.listEntities, {})).toEqual([company])
  expect(codeOf(await open.call(owners.delete, { id: 'ann' }))).toBe('StillReferenced')
  await open.callOrThrow(crm.deleteRecord, { entity: 'crm.Company', key: 'acme' })
  expect(await open.callOrThrow(crm.getRecord, { entity: 'crm.Company', key: 'sub' })).toEqual({ id: 'sub', size: 1 })
  await open.callOrThrow(owners.delete, { id: 'ann' })
  await open.close()
})

test('records that users define have lists, parts and counts, and are loaded along their ways', async () => {
  const open = await declared.open({ folder: newFolder() })
  await open.callOrThrow(owners.create, { id: 'ann' })
  await open.callOrThrow(crm.defineEntity, { entity: company })
  const call = {
    name: 'crm.Call',
    key: 'id',
    fields: {
      id: { type: 'uuid' },
      about: { type: 'text' },
      company: { type: 'reference', to: 'crm.Company', onDelete: 'cascade' as const },
    },
  }
  await open.callOrThrow(crm.defineEntity, { entity: call })
  const lists = { calls: { of: 'crm.Call', by: 'company' }, subs: { of: 'crm.Company', by: 'parent' } }
  expect(await open.callOrThrow(crm.defineEntity, { entity: { ...company, lists } })).toEqual({ changes: [] })

  const calls = [{ about: 'price' }, { about: 'terms' }]
  const entityName = { entity: 'crm.Company' }
  const made = await open.callOrThrow(crm.createRecord, { ...entityName, values: { id: 'acme', owner: 'ann', calls } })
  expect(made).toMatchObject({ id: 'acme', calls: [{ company: 'acme' }, { company: 'acme' }] })
  await open.callOrThrow(crm.createRecord, { ...entityName, values: { id: 'sub', parent: 'acme' } })
  const [price] = (made['calls'] as { id: string; about: string }[]).filter(({ about }) => about === 'price')
  const changes = { size: 3, calls: [{ id: price!.id, about: 'price' }, { about: 'goods' }] }
  const changed = await open.callOrThrow(crm.updateRecord, { ...entityName, key: 'acme', changes })
  expect((changed['calls'] as { about: string }[]).map(({ about }) => about).toSorted()).toEqual(['goods', 'price'])
  const wrong = { ...entityName, key: 'acme', changes: { calls: [{ about: 1 }] } }
  expect(await open.call(crm.updateRecord, wrong)).toMatchObject({
    errors: [{ code: 'InvalidValues', data: { issues: [{ path: 'calls/0/about' }] } }],
  })

  const query = { where: { or: [{ about: 'goods' }, { not: { about: { prefix: 'p' } } }] } }
  expect(await open.callOrThrow(crm.countRecords, { entity: 'crm.Call', query })).toEqual({ count: 1 })
  const sub = await open.callOrThrow(crm.getRecord, { ...entityName, key: 'sub', with: { parent: { calls: true } } })
  expect(sub).toMatchObject({ parent: { id: 'acme', size: 3, calls: [{}, {}] } })
  const found = await open.callOrThrow(crm.findRecords, { ...entityName, with: { subs: true } })
  expect(found.records).toMatchObject([{ id: 'acme', subs: [{ id: 'sub' }] }, { subs: [] }])
  // The app's own records are not open to who may use those of its users.
  const closed = await open.call(crm.getRecord, { ...entityName, key: 'acme', with: { owner: true } })
  expect(closed).toMatchObject({ errors: [{ code: 'InvalidValues', data: { issues: [{ path: 'with/owner' }] } }] })

  const list = { ...entityName, key: 'acme', list: 'calls' }
  const added = await open.callOrThrow(crm.appendRecords, { ...list, values: [{ about: 'lunch' }] })
  expect(added.records).toMatchObject([{ about: 'lunch', company: 'acme' }])
  const keys = [price!.id]
  expect((await open.callOrThrow(crm.removeRecords, { ...list, keys })).records).toMatchObject([{ about: 'price' }])
  expect(await open.call(crm.removeRecords, { ...list, keys })).toMatchObject({
    errors: [{ code: 'NotFound', key: 'data/keys/0:NotFound' }],
  })
  const { records } = await open.callOrThrow(crm.removeRecords, { ...list, list: 'subs', keys: ['sub'] })
  expect(records).toEqual([{ id: 'sub', size: 1 }])
  expect(codeOf(await open.call(crm.appendRecords, { ...list, list: 'none', values: [{}] }))).toBe('NotFound')

  const define = async (wrongList: object) =>
    open.call(crm.defineEntity, { entity: { ...company, lists: { x: wrongList } as never } })
  expect(codeOf(await define({ of: 'crm.None', by: 'company' }))).toBe('InvalidEntity')
  expect(codeOf(await define({ of: 'crm.Call', by: 'about' }))).toBe('InvalidEntity')
  await open.callOrThrow(crm.deleteRecord, { ...entityName, key: 'acme' })
  expect(await open.callOrThrow(crm.countRecords, { entity: 'crm.Call' })).toEqual({ count: 0 })
  await open.close()
})

test('records of one tenant are not there for another', async () => {
  const open = await app('crm', { parts: [crm, owners], database: usualDatabase(), tenancy: 'shared' }).open({
    folder: newFolder(),
  })
  await open.callOrThrow(crm.defineEntity, { entity: company })
  const values = { entity: 'crm.Company', values: { id: 'acme' } }
  await open.callOrThrow(crm.createRecord, values, { tenant: 'north' })
  expect((await open.callOrThrow(crm.findRecords, { entity: 'crm.Company' }, { tenant: 'south' })).records).toEqual([])
  await open.callOrThrow(crm.createRecord, values, { tenant: 'south' })
  await open.close()
})

test('who may use the records may not define entities', async () => {
  const open = await declared.open({ folder: newFolder() })
  const as = { id: 'ann', permissions: ['crm:use'] }
  expect(codeOf(await open.call(crm.defineEntity, { entity: company }, { as }))).toBe('Denied')
  expect(await open.call(crm.listEntities, {}, { as })).toMatchObject({ ok: true })
  await open.close()
})

test('an entity made of data is one like any other', () => {
  const Thing = entityFromData(
    { name: 'crm.Thing', key: 'id', fields: { id: { type: 'uuid' }, owner: { type: 'reference', to: 'crm.Owner' } } },
    () => Owner,
  )
  expect(Thing.describe()).toEqual(
    entity('crm.Thing', { key: 'id', fields: { id: z.uuid(), owner: ref(Owner) } }).describe(),
  )
  const fields = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`f${index}`, { type: 'text' }]))
  expect(() => entityFromData({ name: 'crm.Wide', key: 'f0', fields })).toThrow('the limit "entity.fields" is 500')
})

test('the table of the definitions is what its migration makes', () => {
  const none: Tables = new Map()
  const tables = systemMigrations.flat().reduce(applyChange, none)
  expect(tables.get('heddle.Entity')).toEqual(DefinitionRecord.table)
})
