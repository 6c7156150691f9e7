import type { Json } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { compareEntities } from './compare.ts'
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

test('what changes the tables needs a migration, which is named', () => {
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
  expect(verdict).toMatchObject({ item: 'entity shop.Item', migration: 'rename-table-shop-item' })
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

test('a type that allows less is breaking, one that allows more is safe', () => {
  expect(verdicts(item({ size: z.enum(['s']) }))).toEqual(['breaking: size: value "m" → none'])
  expect(verdicts(item({ size: z.enum(['s', 'm', 'l']) }))).toEqual(['safe: size: value none → "l"'])
  expect(verdicts(item({ age: z.int().min(3) }))).toEqual([expect.stringMatching(/^breaking: age: minimum/)])
})
