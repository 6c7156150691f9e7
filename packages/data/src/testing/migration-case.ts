import { deepEqual } from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import type { Fills } from '../migration/diff.ts'
import { applyMigrations, migrationStatus } from '../migration/apply.ts'
import { writeMigration } from '../migration/file.ts'
import { planMigration } from '../migration/plan.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { openTestStore, type TestStore } from './test-store.ts'

/** Entities before and after one change of every kind, used by tests and by the child process that they kill. */

export const before = [
  entity('shop.Person', {
    key: 'id',
    fields: {
      id: z.string(),
      name: z.string(),
      age: z.int(),
      nick: z.string().optional(),
      zip: z.int(),
      obsolete: z.string(),
      score: z.int(),
    },
    indexes: [{ fields: ['name'] }, { fields: ['age'] }],
  }),
  entity('shop.Thing', { key: 'id', fields: { id: z.string(), size: z.int() } }),
  entity('shop.Gone', { key: 'id', fields: { id: z.string() } }),
] as const

const Person = entity('shop.Person', {
  key: 'id',
  fields: {
    id: z.string(),
    fullName: z.string(),
    age: z.int().optional(),
    nick: z.string(),
    zip: z.string(),
    score: z.number(),
    email: z.string().optional(),
    level: z.int().default(3),
    region: z.string(),
    shout: z.string(),
  },
  indexes: [{ fields: ['fullName'] }, { fields: ['region', 'age'] }, { fields: ['email'], unique: true }],
  renamedFields: { fullName: 'name' },
})
const Item = entity('shop.Item', { key: 'id', fields: { id: z.string(), size: z.int() }, renamedFrom: 'shop.Thing' })
const Fresh = entity('shop.Fresh', { key: 'id', fields: { id: z.string() } })

export const after = [Person, Item, Fresh] as const
export const fills: Fills = {
  'shop.Person.nick': { value: 'nobody' },
  'shop.Person.region': { value: 'north' },
  'shop.Person.shout': { command: 'shop.FillShouts' },
}

const Persons = repository(Person)
const People = repository(before[0])
const Things = repository(before[1])

/** Records as an old version wrote them. */
export async function writeOldRecords(store: TestStore): Promise<void> {
  for (const tenant of ['main', 'other']) {
    const unit = store.unit({ tenant })
    const people = store.use(People, unit)
    people.insert({ id: 'a', name: 'Ada', age: 36, nick: 'countess', zip: 1815, obsolete: 'x', score: 10 })
    people.insert({ id: 'b', name: 'Bob', age: 50, zip: 4711, obsolete: 'x', score: -2 })
    store.use(Things, unit).insert({ id: 't', size: 7 })
    await unit.commit()
  }
}

/** What the new version must find. */
export const newRecords = [
  {
    id: 'a',
    fullName: 'Ada',
    age: 36,
    nick: 'countess',
    zip: '1815',
    score: 10,
    level: 3,
    region: 'north',
    shout: 'ADA',
  },
  {
    id: 'b',
    fullName: 'Bob',
    age: 50,
    nick: 'nobody',
    zip: '4711',
    score: -2,
    level: 3,
    region: 'north',
    shout: 'BOB',
  },
]

export async function readNewRecords(store: TestStore, tenant: string) {
  const unit = store.unit({ tenant })
  const people = await store.use(Persons, unit).find()
  const items = await store.use(repository(Item), unit).find()
  return { people: people.records, items: items.records }
}

/** Applies the migrations as the CLI would, with the command that fills a field. */
export function migrate(store: TestStore, folder: string) {
  return applyMigrations({
    database: store.database,
    folder,
    async runCommand() {
      for (const tenant of ['main', 'other']) {
        const unit = store.unit({ tenant })
        const persons = store.use(Persons, unit)
        const { records } = await persons.find({ where: { shout: null } })
        for (const person of records) persons.update(person, { shout: person.fullName.toUpperCase() })
        await unit.commit()
      }
    },
  })
}

/** A folder of its own for each test. */
export const newFolder = () => mkdtempSync(join(tmpdir(), 'heddle-migration-'))

/** A database as an old version left it, and the migrations that lead to the new one. */
export async function oldDatabase() {
  const folder = newFolder()
  const migrations = join(folder, 'migrations')
  const first = await planMigration({ entities: before, folder: migrations, name: 'start' })
  await writeMigration(migrations, first.migration!)
  const store = await openTestStore([], { folder })
  await applyMigrations({ database: store.database, folder: migrations })
  await writeOldRecords(store)
  await store.close()
  return { folder, migrations }
}

/** Finds the new version's records, served as in production. */
export async function assertNew(folder: string, migrations: string) {
  const part = sqlite({ migrations })
  await using store = await openTestStore(after, { folder, part, mode: 'production' })
  const states = await migrationStatus({ database: store.database, folder: migrations })
  deepEqual(
    states.map(({ state }) => state),
    ['applied', 'applied'],
  )
  for (const tenant of ['main', 'other']) {
    deepEqual(await readNewRecords(store, tenant), { people: newRecords, items: [{ id: 't', size: 7 }] })
  }
}
