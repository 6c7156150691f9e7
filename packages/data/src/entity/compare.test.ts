import { buildManifest, checkManifests, type Json, ref } from '@heddle/core'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { compareEntities } from './compare.ts'
import type { Fills } from '../migration/diff.ts'
import { writeMigration } from '../migration/file.ts'
import { planMigration } from '../migration/plan.ts'
import { type AnyEntity, entity } from './entity.ts'

const fields = { id: z.string(), name: z.string(), age: z.int(), size: z.enum(['s', 'm']) }
const Base = entity('shop.Item', { key: 'id', fields })

const sections = (entities: readonly AnyEntity[]) =>
  Object.fromEntries(entities.map((part) => [part.name, part.describe()])) as Record<string, Json>
const verdicts = (...entities: readonly AnyEntity[]) =>
  compareEntities({ before: sections([Base]), after: sections(entities) }).map(
    ({ level, change }) => `${level}: ${change}`,
  )
const item = (changed: Parameters<typeof entity>[1]['fields'], more: object = {}) =>
  entity('shop.Item', { key: 'id', fields: { ...fields, ...changed }, ...more })

test('an entity that stays as it was has no verdicts', () => {
  expect(verdicts(Base)).toEqual([])
  expect(verdicts(item({}, { summary: 'Told otherwise' }))).toEqual([])
})

test('what changes the tables needs a migration while no file makes it, and it is named', () => {
  expect(verdicts(Base, entity('shop.New', { key: 'id', fields: { id: z.string() } }))).toEqual([
    'migration: new entity shop.New',
  ])
  expect(verdicts(item({ note: z.string().optional() }))).toEqual(['migration: new field shop.Item.note'])
  expect(verdicts(item({ count: z.int().default(1) }))).toEqual(['migration: new field shop.Item.count'])
  expect(verdicts(item({ age: z.number() }))).toEqual(['migration: changed field shop.Item.age: integer → real'])
  expect(verdicts(item({}, { indexes: [{ fields: ['name'] }] }))).toEqual(['migration: new index (name) on shop.Item'])
  expect(verdicts()).toEqual(['migration: removed entity shop.Item'])
  const renamed = entity('shop.Thing', { key: 'id', fields, renamedFrom: 'shop.Item' })
  expect(verdicts(renamed)).toEqual(['migration: entity shop.Item renamed to shop.Thing'])
  const [verdict] = compareEntities({ before: sections([Base]), after: sections([renamed]) })
  expect(verdict).toMatchObject({
    item: 'entity shop.Item',
    migration: 'rename-table-shop-item',
    reason: 'Its records move with it; its migration is to be written by `heddle migrate plan`.',
  })
})

/** The verdicts when a migration file was planned for `planned` after that for the deployed entity, and `entities` go out. */
async function withFile(planned: readonly AnyEntity[], entities: readonly AnyEntity[], fills: Fills = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-compare-'))
  for (const [name, state] of [['start', [Base]] as const, ['next', planned] as const]) {
    const { migration } = await planMigration({ entities: state, folder, name, fills })
    if (migration) await writeMigration(folder, migration)
  }
  const manifest = (parts: readonly AnyEntity[]) => buildManifest('shop', parts)
  const found = await checkManifests(manifest([Base]), manifest(entities), [Base.kind], { migrations: folder })
  return found.map(({ level, change, migration }) => `${level}: ${change}${migration ? ` (${migration})` : ''}`)
}

test('a pure addition is safe once a migration file makes it', async () => {
  const New = entity('shop.New', { key: 'id', fields: { id: z.string(), at: z.date().optional() } })
  const noted = item({ note: z.string().optional() }, { indexes: [{ fields: ['name'] }] })
  expect(await withFile([Base, New], [Base, New])).toEqual(['safe: new entity shop.New (0002-next.json)'])
  expect(await withFile([noted], [noted])).toEqual([
    'safe: new field shop.Item.note (0002-next.json)',
    'safe: new index (name) on shop.Item (0002-next.json)',
  ])
})

test('a pure addition of which a part is still to be written needs that migration', async () => {
  const id = z.string()
  const Half = entity('shop.New', { key: 'id', fields: { id } })
  const Whole = entity('shop.New', { key: 'id', fields: { id, at: z.date().optional() } })
  expect(await withFile([Base], [Base, Half])).toEqual(['migration: new entity shop.New (add-table-shop-new)'])
  expect(await withFile([Base, Half], [Base, Whole])).toEqual([
    'migration: new entity shop.New (add-column-shop-new-at)',
  ])
  expect(await withFile([item({ a: id.optional() })], [item({ a: id.optional(), b: id.optional() })])).toEqual([
    'safe: new field shop.Item.a (0002-next.json)',
    'migration: new field shop.Item.b (add-column-shop-item-b)',
  ])
})

test('what changes stored records or may refuse them stays a migration, which is the file', async () => {
  const one = async (changed: AnyEntity, fills?: Fills) => withFile([changed], [changed], fills)
  expect(await one(item({ count: z.int().default(1) }))).toEqual([
    'migration: new field shop.Item.count (0002-next.json)',
  ])
  expect(await one(item({}, { indexes: [{ fields: ['name'], unique: true }] }))).toEqual([
    'migration: new unique index (name) on shop.Item (0002-next.json)',
  ])
  expect(await one(item({ age: z.number() }))).toEqual([
    'migration: changed field shop.Item.age: integer → real (0002-next.json)',
  ])
  // Without the file, which says what old records get, this is breaking.
  expect(await one(item({ town: z.string() }), { 'shop.Item.town': { value: 'here' } })).toEqual([
    'migration: new field shop.Item.town (0002-next.json)',
  ])
})

test('a renamed field that is declared moves, one that is not is removed and new', () => {
  const { name, ...others } = fields
  const declared = entity('shop.Item', {
    key: 'id',
    fields: { ...others, title: name },
    renamedFields: { title: 'name' },
  })
  expect(verdicts(declared)).toEqual(['migration: field shop.Item.name renamed to title'])
  const silent = entity('shop.Item', { key: 'id', fields: { ...others, title: name } })
  expect(verdicts(silent)).toEqual([
    expect.stringContaining('breaking: new field shop.Item.title'),
    'migration: removed field shop.Item.name',
  ])
})

test('what stored records cannot follow is breaking', () => {
  expect(verdicts(item({ town: z.string() }))).toEqual(['breaking: new field shop.Item.town'])
  expect(verdicts(item({ age: z.date() }))).toEqual(['breaking: changed field shop.Item.age: integer → time'])
  expect(verdicts(entity('shop.Item', { key: 'name', fields }))).toEqual([expect.stringMatching(/^breaking: /)])
})

test('new rules are breaking for who writes, and rules that go are safe', () => {
  const checked = (names: readonly string[]) =>
    item({}, { checks: Object.fromEntries(names.map((name) => [name, () => true])) })
  expect(verdicts(checked(['positive']))).toEqual(['breaking: new constraint positive'])
  const between = (before: AnyEntity, after: AnyEntity) =>
    compareEntities({ before: sections([before]), after: sections([after]) }).map(
      ({ level, change }) => `${level}: ${change}`,
    )
  expect(between(checked(['positive', 'even']), checked(['even']))).toEqual(['safe: removed constraint positive'])
  const owned = (owner: Parameters<typeof entity>[1]['fields'], onDelete?: string) =>
    item(owner, onDelete === undefined ? {} : { references: { owner: { onDelete } } })
  const plain = owned({ owner: z.string() })
  const Person = entity('shop.Person', { key: 'id', fields: { id: z.string() } })
  const referring = owned({ owner: ref(Person) })
  expect(between(plain, referring)).toEqual([
    'migration: new index (owner) on shop.Item',
    'breaking: new reference owner to shop.Person',
  ])
  expect(between(referring, owned({ owner: ref(Person) }, 'cascade'))).toEqual([
    'breaking: reference owner on delete: restrict → cascade',
  ])
  expect(between(owned({ owner: ref(Person) }, 'cascade'), referring)).toEqual([
    'safe: reference owner on delete: cascade → restrict',
  ])
  const Other = entity('shop.Other', { key: 'id', fields: { id: z.string() } })
  expect(between(referring, owned({ owner: ref(Other) }))).toEqual([
    'breaking: reference owner: shop.Person → shop.Other',
  ])
})

test('what the switches of an entity add is a change of its table', () => {
  const between = (before: object, after: object) =>
    compareEntities({ before: sections([item({}, before)]), after: sections([item({}, after)]) }).map(
      ({ level, change }) => `${level}: ${change}`,
    )
  expect(between({}, { softDelete: true })).toEqual(['migration: new field shop.Item.deletedAt'])
  expect(between({}, { versions: true })).toEqual(['migration: new field shop.Item.version'])
  expect(between({}, { timestamps: true })).toEqual([
    expect.stringMatching('breaking: new field shop.Item.createdAt'),
    expect.stringMatching('breaking: new field shop.Item.updatedAt'),
  ])
  expect(between({ softDelete: true }, {})).toEqual([
    'migration: removed field shop.Item.deletedAt',
    'breaking: no longer deletes softly',
  ])
})

test('a type that allows less is breaking, one that allows more is safe', () => {
  expect(verdicts(item({ size: z.enum(['s']) }))).toEqual(['breaking: size: value "m" → none'])
  expect(verdicts(item({ size: z.enum(['s', 'm', 'l']) }))).toEqual(['safe: size: value none → "l"'])
  expect(verdicts(item({ age: z.int().min(3) }))).toEqual([expect.stringMatching(/^breaking: age: minimum/)])
})

test('records that can be made again are not broken by a new field or a narrower type', () => {
  const more = { derived: true }
  const compare = (before: AnyEntity, after: AnyEntity) =>
    compareEntities({ before: sections([before]), after: sections([after]) }).map(({ level, change, reason }) => ({
      level,
      change,
      reason,
    }))
  expect(compare(item({}, more), item({ mean: z.number(), size: z.enum(['s']) }, more))).toEqual([
    {
      level: 'migration',
      change: 'new field shop.Item.mean',
      reason:
        'Stored records lack it until they are made again; its migration is to be written by `heddle migrate plan`.',
    },
    expect.objectContaining({ level: 'safe', reason: 'Stored records are as they were until they are made again.' }),
  ])
  expect(compare(item({}), item({ mean: z.number() }))).toMatchObject([{ level: 'breaking' }])
})
