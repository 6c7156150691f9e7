import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { recordSchema } from '../autocrud/record-schema.ts'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import {
  after,
  assertNew,
  before,
  fills,
  migrate,
  newFolder,
  oldDatabase,
  writeOldRecords,
} from '../../fixtures/migration-case.ts'
import { openTestStore } from '../testing/test-store.ts'
import { applyMigrations, migrationStatus } from './apply.ts'
import { migrationFile, writeMigration } from './file.ts'
import { planMigration } from './plan.ts'

test('every kind of change is planned in words, applied once, and served in production afterwards', async () => {
  const { folder, migrations } = await oldDatabase()
  const plan = await planMigration({ entities: after, folder: migrations, fills, name: 'everything' })
  expect(plan.refused).toEqual([])
  expect(plan.changes).toEqual([
    'field shop.Person.name renamed to fullName',
    'removed index (age) on shop.Person',
    'changed field shop.Person.age: integer → optional integer',
    'changed field shop.Person.nick: optional text → text',
    'changed field shop.Person.zip: integer → text',
    'changed field shop.Person.score: integer → real',
    'new field shop.Person.email',
    'new field shop.Person.level',
    'new field shop.Person.region',
    'new field shop.Person.shout',
    'removed field shop.Person.obsolete',
    'new index (region, age) on shop.Person',
    'new unique index (email) on shop.Person',
    'entity shop.Thing renamed to shop.Item',
    'new entity shop.Fresh',
    'removed entity shop.Gone',
  ])
  expect(migrationFile(plan.migration!)).toBe('0002-everything.json')
  await writeMigration(migrations, plan.migration!)
  expect((await planMigration({ entities: after, folder: migrations })).changes).toEqual([])

  await expect(openTestStore(after, { folder, mode: 'production' })).rejects.toMatchObject({
    code: 'MigrationNeeded',
    data: { changes: '0002-everything.json is not applied' },
  })
  const store = await openTestStore([], { folder })
  expect((await migrate(store, migrations)).map(({ name }) => name)).toEqual(['everything'])
  expect(await migrate(store, migrations)).toEqual([])
  await store.close()
  await assertNew(folder, migrations)
})

test('what cannot be made is refused with the way out, and no migration is planned', async () => {
  const { migrations } = await oldDatabase()
  const plan = await planMigration({
    folder: migrations,
    entities: [
      entity('shop.Person', {
        key: 'name',
        fields: {
          name: z.string(),
          age: z.date(),
          nick: z.string().optional(),
          town: z.string(),
          zip: z.int(),
          score: z.int(),
        },
      }),
      entity('shop.Thing', { key: 'id', fields: { id: z.int(), size: z.int() } }),
    ],
  })
  expect(plan.migration).toBeUndefined()
  expect(plan.refused).toEqual([
    expect.stringContaining('the key cannot change from "id" to "name"'),
    expect.stringMatching(/shop.Person.age: integer → time: there is no conversion without loss/),
    expect.stringMatching(/new field shop.Person.town: old records need a value/),
    expect.stringMatching(/shop.Thing.id: text → integer: the type of a key cannot change/),
  ])
})

test('a file that was edited after it was applied is refused, at start and by the tool', async () => {
  const { folder, migrations } = await oldDatabase()
  const path = join(migrations, '0001-start.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"age"', '"years"'))
  const changed = { code: 'MigrationChanged', data: { file: path } }
  await expect(openTestStore([], { folder })).rejects.toMatchObject(changed)
  await expect(planMigration({ entities: before, folder: migrations })).rejects.toMatchObject(changed)
})

test('a file whose checksum was made to fit the edit is refused too', async () => {
  const { folder, migrations } = await oldDatabase()
  const other = await planMigration({ entities: before.slice(1), folder: newFolder(), name: 'start' })
  const path = join(migrations, '0001-start.json')
  const { changes, checksum } = other.migration!
  writeFileSync(path, JSON.stringify({ heddle: 1, changes, checksum }))
  await expect(openTestStore([], { folder })).rejects.toMatchObject({
    code: 'MigrationChanged',
    data: { file: '0001-start.json' },
  })
})

test('a file that is no migration is named with its place', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, '0001-bad.json'), '{"heddle":1,"changes":[{"change":"fly"}],"checksum":""}')
  await expect(planMigration({ entities: [], folder })).rejects.toMatchObject({
    code: 'InvalidDefinition',
    message: expect.stringContaining('0001-bad.json: changes/0/change'),
  })
  writeFileSync(join(folder, '0001-bad.json'), '{')
  await expect(planMigration({ entities: [], folder })).rejects.toThrow('it is not JSON')
})

test('development makes additive changes by itself, and asks for a migration for the others', async () => {
  const folder = newFolder()
  const fields = { id: z.string(), name: z.string() }
  const open = (entities: Parameters<typeof openTestStore>[0], mode: 'development' | 'production' = 'development') =>
    openTestStore(entities, { folder, mode }).then((store) => store.close())
  const Simple = entity('shop.Simple', { key: 'id', fields })
  await open([Simple])
  await open([
    entity('shop.Simple', {
      key: 'id',
      fields: { ...fields, note: z.string().optional(), count: z.int().default(0) },
      indexes: [{ fields: ['count'] }],
    }),
  ])
  await open([Simple])
  await expect(open([Simple], 'production')).rejects.toMatchObject({ code: 'MigrationNeeded' })
  await expect(
    open([entity('shop.Simple', { key: 'id', fields: { ...fields, town: z.string() } })]),
  ).rejects.toMatchObject({
    code: 'MigrationNeeded',
    data: { changes: expect.stringContaining('new field shop.Simple.town: old records need a value') },
  })
})

test('who has to migrate is told of every entity that does not fit, and of the next command to run', async () => {
  const folder = newFolder()
  const fields = { id: z.string() }
  const both = [entity('shop.Buyer', { key: 'id', fields }), entity('shop.Seller', { key: 'id', fields })]
  await expect(openTestStore(both, { folder, mode: 'production' })).rejects.toMatchObject({
    data: { changes: 'new entity shop.Buyer; new entity shop.Seller' },
    help: 'Run `heddle migrate plan`, then `heddle migrate apply`.',
  })
  const migrations = join(folder, 'migrations')
  const { migration } = await planMigration({ entities: both, folder: migrations })
  await writeMigration(migrations, migration!)
  await expect(openTestStore(both, { folder, mode: 'production' })).rejects.toMatchObject({
    data: { changes: '0001-add-table-shop-buyer.json is not applied' },
    help: 'Run `heddle migrate apply`.',
  })
})

test('a migration is applied to a database to which development made its changes before', async () => {
  const folder = newFolder()
  const migrations = join(folder, 'migrations')
  const Simple = entity('shop.Simple', { key: 'id', fields: { id: z.string() } })
  await (await openTestStore([Simple], { folder })).close()
  const { migration } = await planMigration({ entities: [Simple], folder: migrations })
  expect(migrationFile(migration!)).toBe('0001-add-table-shop-simple.json')
  await writeMigration(migrations, migration!)
  const store = await openTestStore([], { folder })
  await applyMigrations({ database: store.database, folder: migrations })
  await store.close()
  await (await openTestStore([Simple], { folder, mode: 'production' })).close()
})

test('a unique index that the records break is refused and leaves the tables as they were', async () => {
  const folder = newFolder()
  const migrations = join(folder, 'migrations')
  const first = await planMigration({ entities: before, folder: migrations, name: 'start' })
  await writeMigration(migrations, first.migration!)
  await using store = await openTestStore([], { folder })
  await applyMigrations({ database: store.database, folder: migrations })
  await writeOldRecords(store)
  const Thing = entity('shop.Thing', {
    key: 'id',
    fields: { id: z.string(), size: z.int(), town: z.string().default('here') },
    indexes: [{ fields: ['town'], unique: true }],
  })
  const unit = store.unit()
  store.use(repository(before[1]), unit).insert({ id: 'second', size: 1 })
  await unit.commit()
  const second = await planMigration({ entities: [before[0], Thing, before[2]], folder: migrations, name: 'town' })
  await writeMigration(migrations, second.migration!)
  await expect(applyMigrations({ database: store.database, folder: migrations })).rejects.toMatchObject({
    code: 'NotUnique',
    data: { entity: 'shop.Thing', field: 'town' },
  })
  const states = await migrationStatus({ database: store.database, folder: migrations })
  expect(states.map(({ state }) => state)).toEqual(['applied', 'open'])
})

test('a file that makes a table is not applied to a database that has another one of its name', async () => {
  const folder = newFolder()
  const migrations = join(folder, 'migrations')
  const fields = { id: z.string(), name: z.string() }
  const Simple = entity('shop.Simple', { key: 'id', fields })
  const Grown = entity('shop.Simple', { key: 'id', fields: { ...fields, town: z.string() } })
  await (await openTestStore([Simple], { folder })).close()
  const { migration } = await planMigration({ entities: [Grown], folder: migrations })
  await writeMigration(migrations, migration!)
  await using store = await openTestStore([], { folder })
  await expect(applyMigrations({ database: store.database, folder: migrations })).rejects.toMatchObject({
    code: 'TableDiffers',
    data: {
      file: '0001-add-table-shop-simple.json',
      table: 'shop.Simple',
      differences: 'new field shop.Simple.town',
    },
  })
  const [state] = await migrationStatus({ database: store.database, folder: migrations })
  expect(state).toMatchObject({ state: 'open' })
})

test('records that can be made again need no value for a new field, and lack it until then', async () => {
  const folder = newFolder()
  const migrations = join(folder, 'migrations')
  const fields = { id: z.string(), hour: z.date() }
  const rows = (more: Record<string, z.ZodType>) =>
    entity('shop.Rows', { key: 'id', fields: { ...fields, ...more }, derived: true })
  const [Old, Grown] = [rows({}), rows({ mean: z.number(), last: z.date() })]
  const plan = async (...entities: Parameters<typeof planMigration>[0]['entities']) => {
    const { migration, ...rest } = await planMigration({ entities, folder: migrations })
    if (migration) await writeMigration(migrations, migration)
    return rest
  }
  await plan(Old)
  const store = await openTestStore([], { folder })
  await applyMigrations({ database: store.database, folder: migrations })
  const unit = store.unit()
  store.use(repository(Old), unit).insert({ id: 'a', hour: new Date(5) })
  await unit.commit()
  expect(await plan(Grown)).toEqual({ changes: ['new field shop.Rows.mean', 'new field shop.Rows.last'], refused: [] })
  await applyMigrations({ database: store.database, folder: migrations })
  await store.close()

  const grown = await openTestStore([Grown], { folder, mode: 'production' })
  const { records } = await grown.use(repository(Grown), grown.unit()).find()
  expect(records).toEqual([{ id: 'a', hour: new Date(5) }])
  expect(recordSchema(Grown).parse(records[0])).toEqual(records[0])
  await grown.close()
  expect((await plan(rows({ mean: z.string(), last: z.date() }))).refused).toEqual([
    expect.stringContaining('its records are derived: give it another name'),
  ])
  const Keyed = entity('shop.Rows', { key: 'name', fields: { name: z.string() }, derived: true })
  expect((await plan(Keyed)).refused).toEqual([expect.stringContaining('give it another name')])
})
