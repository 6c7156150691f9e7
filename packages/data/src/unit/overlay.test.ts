import { afterAll, beforeAll, expect, test } from 'vitest'
import { CommitConflict } from '@heddle/core'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { openTestStore, type TestStore } from '../testing/test-store.ts'
import type { DataUnit } from './data-unit.ts'

const Item = entity('shop.Item', {
  key: 'id',
  fields: { id: z.string(), name: z.string(), count: z.int() },
  indexes: [{ fields: ['name'], unique: true }],
})
const Items = repository(Item)

let store: TestStore
beforeAll(async () => {
  store = await openTestStore([Item])
})
afterAll(() => store.close())
const items = (unit: DataUnit) => store.use(Items, unit)

test('what an overlay wrote is the parent’s after the merge, and nobody’s when it is dropped', async () => {
  const unit = store.unit()
  const kept = unit.overlay()
  items(kept).insert({ id: 'kept', name: 'kept', count: 1 })
  expect(await items(kept).get('kept')).toBeDefined()
  await kept.merge()
  const dropped = unit.overlay()
  items(dropped).update(await items(dropped).getOrThrow('kept'), { count: 2 })
  items(dropped).insert({ id: 'dropped', name: 'dropped', count: 1 })
  dropped.rollback()
  expect(await items(unit).getOrThrow('kept')).toMatchObject({ count: 1 })
  expect((await items(unit).find()).records.map(({ id }) => id)).toEqual(['kept'])
  await unit.commit()
  expect((await items(store.unit()).find()).records.map(({ id }) => id)).toEqual(['kept'])
})

test('an overlay sees what its parent wrote before, and the parent goes on from what it merged', async () => {
  const unit = store.unit()
  items(unit).insert({ id: 'chain', name: 'chain', count: 1 })
  const child = unit.overlay()
  const grandchild = child.overlay()
  const seen = await items(grandchild).getOrThrow('chain')
  items(grandchild).update(seen, { count: seen.count + 1 })
  await grandchild.merge()
  expect((await items(child).find({ where: { id: 'chain' } })).records).toMatchObject([{ count: 2 }])
  expect(await items(unit).getOrThrow('chain')).toMatchObject({ count: 1 })
  await child.merge()
  const merged = await items(unit).getOrThrow('chain')
  items(unit).update(merged, { count: 10 })
  await unit.commit()
  expect(await items(store.unit()).getOrThrow('chain')).toMatchObject({ count: 10 })
})

test('two overlays that wrote one record overlap', async () => {
  const setup = store.unit()
  items(setup).insert({ id: 'both', name: 'both', count: 1 })
  await setup.commit()
  const unit = store.unit()
  const [left, right] = [unit.overlay(), unit.overlay()]
  for (const overlay of [left, right]) items(overlay).update(await items(overlay).getOrThrow('both'), { count: 2 })
  await left.merge()
  await expect((async () => right.merge())()).rejects.toThrow(
    expect.objectContaining({ code: 'OverlappingWrites', data: { entity: 'shop.Item', key: 'both' } }),
  )
})

test('a merge finds a key that exists', async () => {
  const setup = store.unit()
  items(setup).insert({ id: 'taken', name: 'taken', count: 1 })
  await setup.commit()
  const unit = store.unit()
  const overlay = unit.overlay()
  items(overlay).insert({ id: 'taken', name: 'other', count: 1 })
  await expect((async () => overlay.merge())()).rejects.toThrow(
    expect.objectContaining({ code: 'NotUnique', data: { entity: 'shop.Item', field: 'id' } }),
  )
  overlay.rollback()
  items(unit).insert({ id: 'instead', name: 'instead', count: 1 })
  await unit.commit()
  expect(await items(store.unit()).get('instead')).toBeDefined()
})

test('a merge finds a broken unique index, among stored records and among those of the unit', async () => {
  const setup = store.unit()
  items(setup).insert({ id: 'n1', name: 'stored name', count: 1 })
  await setup.commit()
  const unit = store.unit()
  items(unit).insert({ id: 'n2', name: 'pending name', count: 1 })
  for (const name of ['stored name', 'pending name']) {
    const overlay = unit.overlay()
    items(overlay).insert({ id: `n-${name}`, name, count: 1 })
    await expect((async () => overlay.merge())()).rejects.toThrow(
      expect.objectContaining({ code: 'NotUnique', data: { entity: 'shop.Item', field: 'name' } }),
    )
    overlay.rollback()
  }
  const renaming = unit.overlay()
  items(renaming).update(await items(renaming).getOrThrow('n1'), { name: 'free name' })
  await renaming.merge()
  await unit.commit()
})

test('an insert that a merge saw free and that somebody else made meanwhile is a conflict', async () => {
  const unit = store.unit()
  const overlay = unit.overlay()
  items(overlay).insert({ id: 'race', name: 'race', count: 1 })
  await overlay.merge()
  const other = store.unit()
  items(other).insert({ id: 'race', name: 'other race', count: 1 })
  await other.commit()
  await expect(unit.commit()).rejects.toThrow(CommitConflict)
})

test('what a dropped overlay had read is verified all the same', async () => {
  const setup = store.unit()
  items(setup).insert({ id: 'read', name: 'read', count: 1 })
  await setup.commit()
  const unit = store.unit()
  const overlay = unit.overlay()
  await items(overlay).getOrThrow('read')
  overlay.rollback()
  items(unit).insert({ id: 'because', name: 'because', count: 1 })
  const other = store.unit()
  items(other).update(await items(other).getOrThrow('read'), { count: 5 })
  await other.commit()
  await expect(unit.commit()).rejects.toThrow(CommitConflict)
})

test('a newer version that a page brought between an overlay’s write and its merge is a conflict', async () => {
  const setup = store.unit()
  items(setup).insert({ id: 'newer', name: 'newer', count: 1 })
  await setup.commit()
  const unit = store.unit()
  const { records } = await items(unit).find({ where: { id: 'newer' } })
  const overlay = unit.overlay()
  items(overlay).update(records[0]!, { count: 2 })
  const other = store.unit()
  items(other).update(await items(other).getOrThrow('newer'), { count: 5 })
  await other.commit()
  await items(unit).find({ where: { id: 'newer' } })
  await expect((async () => overlay.merge())()).rejects.toThrow(CommitConflict)
})

test('a row that is added goes with the overlay, and loses the race where its key is taken', async () => {
  const { table } = Item
  const unit = store.unit()
  const [kept, dropped] = [unit.overlay(), unit.overlay()]
  kept.add(table, ['added', 'added', 1])
  dropped.add(table, ['forgotten', 'forgotten', 1])
  await kept.merge()
  dropped.rollback()
  expect(unit.waits).toBe(true)
  await unit.commit()
  expect(await items(store.unit()).get('added')).toMatchObject({ name: 'added', count: 1 })
  expect(await items(store.unit()).get('forgotten')).toBeUndefined()
  const late = store.unit()
  late.add(table, ['added', 'another', 2])
  await expect(late.commit()).rejects.toThrow(CommitConflict)
})
