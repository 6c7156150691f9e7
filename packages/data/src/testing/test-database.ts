import { CommitConflict } from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Commit, Database, PageQuery, Write } from '../database/database.ts'
import type { Table, Value } from '../database/table.ts'
import { testEvents } from './test-events.ts'
import { testClock } from './test-clock.ts'
import { testFences } from './test-fences.ts'
import { testGuards } from './test-guards.ts'
import { testRowChanges } from './test-row-changes.ts'
import { testNotices } from './test-notices.ts'

const table: Table = {
  name: 'contract.Thing',
  key: 'id',
  columns: [
    { name: 'id', kind: 'text', nullable: false },
    { name: 'name', kind: 'text', nullable: true },
    { name: 'count', kind: 'integer', nullable: true },
    { name: 'price', kind: 'real', nullable: true },
    { name: 'yes', kind: 'boolean', nullable: true },
    { name: 'at', kind: 'time', nullable: true },
    { name: 'big', kind: 'bigint', nullable: true },
    { name: 'data', kind: 'json', nullable: true },
  ],
  indexes: [
    { columns: ['name'], unique: true },
    { columns: ['count'], unique: false },
    { columns: ['at'], unique: false, acrossTenants: true, sparse: true },
  ],
}

/**
 * The executable contract of the `Database` port. A driver's test calls it once.
 *
 * @param open opens an empty database
 * @example testDatabase(async () => openSqlite(await mkdtemp(…)))
 */
export function testDatabase(open: () => Promise<Database>): void {
  testEvents(open)

  let database: Database
  beforeAll(async () => {
    database = await open()
    await database.migrate({ tables: new Map(), changes: [{ change: 'addTable', table }], commit: commitOf([]) })
  })
  afterAll(async () => database.close())

  testClock(() => database)
  testFences(() => database)
  testGuards(() => database)
  testRowChanges(() => database)
  testNotices(() => database)

  let counter = 0
  const newTenant = () => `tenant-${counter++}`
  const write = async (tenant: string, ...writes: Write[]) => database.commit(commitOf(writes, tenant))
  const row = async (tenant: string, id: string) => (await database.read(table, tenant, [id]))[0]
  const version = async (tenant: string, id: string) => (await row(tenant, id))![0]
  const find = async (tenant: string, query: Partial<PageQuery> = {}) => {
    const order = [{ column: 'id', descending: false }]
    const rows = await database.find(table, tenant, { where: undefined, order, after: undefined, limit: 100, ...query })
    return rows.map((found) => found[1])
  }

  test('every kind of value comes back as it went in, and missing as null', async () => {
    const tenant = newTenant()
    const full = ['full', 'text \0 \u{10ffff}', -3, 0.1, true, 1e12, 2n ** 63n - 1n, '{"a":[1]}']
    const empty = ['empty', null, null, null, null, null, null, null]
    await write(tenant, insert(full), insert(empty))
    const rows = await database.read(table, tenant, ['full', 'none', 'empty'])
    expect(rows.map((found) => found?.slice(1))).toEqual([full, undefined, empty])
  })

  test('an insert of a taken key writes nothing and says so, or is a conflict when the key was seen free', async () => {
    const tenant = newTenant()
    await write(tenant, insert(thing('a')))
    const taken = { kind: 'notUnique', table: table.name, columns: ['id'] }
    expect(await write(tenant, insert(thing('b')), insert(thing('a')))).toEqual(taken)
    expect(await write(tenant, insert(thing('b')), insert(thing('a'), true))).toEqual({ kind: 'conflict' })
    expect(await find(tenant)).toEqual(['a'])
  })

  test('a broken unique index names its columns, within one tenant and not across', async () => {
    const tenant = newTenant()
    await write(tenant, insert(thing('a', 'name')))
    expect(await write(tenant, insert(thing('b', 'name')))).toEqual({
      kind: 'notUnique',
      table: table.name,
      columns: ['name'],
    })
    expect(await write(newTenant(), insert(thing('b', 'name')))).toBeUndefined()
    expect(await write(tenant, insert(thing('c')), insert(thing('d')))).toBeUndefined()
  })

  test('an update or removal of another version is a conflict, and versions never come back', async () => {
    const tenant = newTenant()
    await write(tenant, insert(thing('a')))
    const first = await version(tenant, 'a')
    expect(await write(tenant, update('a', thing('a', 'new'), first))).toBeUndefined()
    expect(await write(tenant, update('a', thing('a', 'lost'), first))).toEqual({ kind: 'conflict' })
    expect(await write(tenant, remove('a', first))).toEqual({ kind: 'conflict' })
    expect(await row(tenant, 'a')).toMatchObject({ 2: 'new' })
    expect(await write(tenant, remove('a', await version(tenant, 'a')))).toBeUndefined()
    await write(tenant, insert(thing('a')))
    expect(await version(tenant, 'a')).toBeGreaterThan(first)
    expect(await write(tenant, update('a', thing('a', 'lost'), first))).toEqual({ kind: 'conflict' })
  })

  test('a check that fails writes nothing', async () => {
    const tenant = newTenant()
    await write(tenant, insert(thing('a')))
    const current = await version(tenant, 'a')
    const commit = (key: string, expected: number) =>
      database.commit({ tenant, checks: [{ table, key, version: expected }], writes: [insert(thing('b'))] })
    expect(await commit('a', current - 1)).toEqual({ kind: 'conflict' })
    expect(await commit('a', 0)).toEqual({ kind: 'conflict' })
    expect(await commit('none', 1)).toEqual({ kind: 'conflict' })
    expect(await find(tenant)).toEqual(['a'])
    expect(await commit('a', current)).toBeUndefined()
    expect(await find(tenant)).toEqual(['a', 'b'])
  })

  test('a put writes over whatever is there', async () => {
    const tenant = newTenant()
    const put = (values: Value[]): Write => ({ kind: 'put', table, values })
    await write(tenant, put(thing('a', 'one')))
    await write(tenant, put(thing('a', 'two')))
    expect(await row(tenant, 'a')).toMatchObject({ 2: 'two' })
  })

  test('commits that are handed over at once are each all or nothing', async () => {
    const tenant = newTenant()
    const commits = Array.from({ length: 50 }, (_, index) =>
      write(tenant, insert(thing(`${index}-left`)), insert(thing(index % 2 ? 'taken' : `${index}-right`))),
    )
    const refusals = (await Promise.all(commits)).filter((refusal) => refusal !== undefined)
    expect(refusals).toHaveLength(24)
    const ids = await find(tenant)
    expect(ids.filter((id) => String(id).endsWith('-left'))).toHaveLength(26)
  })

  test('a page is filtered, ordered and cut, and goes on after a position', async () => {
    const tenant = newTenant()
    for (const [index, name] of ['d', 'b', null, 'a', 'c'].entries())
      await write(tenant, insert(thing(`${index}`, name)))
    const order = [
      { column: 'name', descending: true },
      { column: 'id', descending: true },
    ]
    expect(await find(tenant, { order })).toEqual(['0', '4', '1', '3', '2'])
    expect(await find(tenant, { order, limit: 2 })).toEqual(['0', '4'])
    expect(await find(tenant, { order, after: ['c', '4'], limit: 2 })).toEqual(['1', '3'])
    expect(await find(tenant, { order, after: ['a', '3'] })).toEqual(['2'])
    const where = { kind: 'compare', column: 'name', by: 'gte', value: 'b' } as const
    expect(await find(tenant, { where })).toEqual(['0', '1', '4'])
    expect(await find(tenant, { where: { kind: 'not', condition: where } })).toEqual(['2', '3'])
  })

  test('a long list of keys or numbers finds what a short one finds', async () => {
    const tenant = newTenant()
    const odd = ['plain', 'with "quotes" and \\', 'ü\u{10ffff}', 'nul\0', 'one\u0001']
    await write(tenant, ...odd.map((id, index) => insert([id, null, index, null, null, null, null, null])))
    const filler = Array.from({ length: 1000 }, (_, index) => `none ${index}`)
    for (const ids of [odd.slice(0, 3), odd]) {
      const where = { kind: 'in', column: 'id', values: [...ids, ...filler] } as const
      expect((await find(tenant, { where })).toSorted()).toEqual(ids.toSorted())
    }
    const where = { kind: 'in', column: 'count', values: [1, 3, ...filler.map((_, index) => index + 10)] } as const
    expect((await find(tenant, { where })).toSorted()).toEqual([odd[1], odd[3]].toSorted())
  })

  test('a snapshot stays at its moment while others commit', async () => {
    const tenant = newTenant()
    await write(tenant, insert(thing('a')))
    const snapshot = await database.snapshot()
    expect((await snapshot.read(table, tenant, ['a']))[0]).toBeDefined()
    await write(tenant, insert(thing('b')))
    expect((await snapshot.read(table, tenant, ['b']))[0]).toBeUndefined()
    const order = [
      { column: 'price', descending: false },
      { column: 'id', descending: false },
    ]
    expect(await snapshot.find(table, tenant, { where: undefined, order, after: undefined, limit: 10 })).toHaveLength(1)
    snapshot.release()
    expect(await find(tenant)).toEqual(['a', 'b'])
  })

  test('raw queries see the tenant’s rows alone', async () => {
    const tenant = newTenant()
    await write(tenant, insert(thing('mine')))
    await write(newTenant(), insert(thing('theirs')))
    const rows = await database.query(tenant, {
      parts: ['SELECT id FROM ', { table }, ' t WHERE id <> ', { value: 'x' }],
    })
    expect(rows).toEqual([{ id: 'mine' }])
  })

  test('locks are handed on in the order in which they were asked for', async () => {
    const [first, second, third] = [{}, {}, {}]
    const order: string[] = []
    await database.lock(first, ['k1'])
    await database.lock(first, ['k1'])
    const locked = [
      Promise.resolve(database.lock(second, ['k0', 'k1'])).then(() => order.push('second')),
      Promise.resolve(database.lock(third, ['k1'])).then(() => order.push('third')),
    ]
    database.unlock(first)
    await locked[0]
    database.unlock(second)
    await locked[1]
    database.unlock(third)
    expect(order).toEqual(['second', 'third'])
  })

  test('who stops waiting for a lock frees nothing and blocks nobody', async () => {
    const [holder, impatient, patient] = [{}, {}, {}]
    await database.lock(holder, ['k2'])
    const controller = new AbortController()
    const gaveUp = Promise.resolve(database.lock(impatient, ['k2'], controller.signal))
    const waiting = Promise.resolve(database.lock(patient, ['k2']))
    controller.abort(new Error('enough'))
    await expect(gaveUp).rejects.toThrow('enough')
    database.unlock(impatient)
    database.unlock(holder)
    await waiting
    database.unlock(patient)
  })

  test('who would wait in a circle loses the race', async () => {
    const [left, right] = [{}, {}]
    await database.lock(left, ['k3'])
    await database.lock(right, ['k4'])
    const waiting = Promise.resolve(database.lock(left, ['k4']))
    await expect((async () => database.lock(right, ['k3']))()).rejects.toThrow(CommitConflict)
    database.unlock(right)
    await waiting
    database.unlock(left)
  })

  test('old rows are pruned across tenants, at most so many at a time', async () => {
    const tenants = [newTenant(), newTenant()]
    for (const tenant of tenants) {
      await write(tenant, ...[1, 2, 30].map((at) => insert(timed(`${at}`, at))))
    }
    const prune = () => database.prune({ table, column: 'at', below: 10, limit: 3 })
    expect([await prune(), await prune(), await prune()]).toEqual([3, 1, 0])
    for (const tenant of tenants) expect(await find(tenant)).toEqual(['30'])
  })

  test('rows of all tenants are found by an index that leaves out those without a value', async () => {
    const tenants = [newTenant(), newTenant()]
    for (const tenant of tenants) await write(tenant, insert(timed('none', null)), insert(timed('late', 9e12 + 1)))
    const order = [{ column: 'at', descending: false }]
    const where = { kind: 'compare', column: 'at', by: 'gte', value: 9e12 } as const
    const across = async () => {
      const found = await database.findAcross(table, { where, order, after: undefined, limit: 100 })
      return found.map(({ tenant, row: [, id] }) => `${tenant}/${id}`).toSorted()
    }
    expect(await across()).toEqual(tenants.map((tenant) => `${tenant}/late`))
    // What gets a value comes in, what loses it goes out.
    const [left, right] = tenants as [string, string]
    await write(left, update('none', timed('none', 9e12 + 2), await version(left, 'none')))
    await write(right, update('late', timed('late', null), await version(right, 'late')))
    expect(await across()).toEqual([`${left}/late`, `${left}/none`])
  })

  test('rows of all tenants are counted by texts, with what is least of a number', async () => {
    const tenants = [newTenant(), newTenant()]
    const priced = (id: string, name: string | null, price: number | null): Write =>
      insert([id, name, null, price, null, 8e12 + 1, null, null])
    for (const tenant of tenants) {
      await write(tenant, priced('1', 'ham', 1e13 + 5), priced('2', 'egg', 9e13 + 1.7e12), priced('3', null, null))
    }
    await write(tenants[0]!, priced('4', null, null), insert(timed('5', 1)))
    const where = { kind: 'compare', column: 'at', by: 'eq', value: 8e12 + 1 } as const
    const count = async (more: object) => {
      const found = await database.countAcross(table, { by: ['name'], where, ...more })
      return found.toSorted((a, b) => ((a.values[0] ?? '') < (b.values[0] ?? '') ? -1 : 1))
    }
    expect(await count({})).toEqual([
      { values: [null], rows: 3 },
      { values: ['egg'], rows: 2 },
      { values: ['ham'], rows: 2 },
    ])
    expect(await count({ least: { column: 'price', of: 1e13 } })).toEqual([
      { values: [null], rows: 3 },
      { values: ['egg'], rows: 2, least: 1.7e12 },
      { values: ['ham'], rows: 2, least: 5 },
    ])
    const nobody = { kind: 'compare', column: 'at', by: 'eq', value: 1.5e12 } as const
    expect(await database.countAcross(table, { by: ['name'], where: nobody })).toEqual([])
  })

  test('a migration that fails changes nothing', async () => {
    const tenant = newTenant()
    await write(
      tenant,
      insert(['a', null, 1, null, null, null, null, null]),
      insert(['b', null, 1, null, null, null, null, null]),
    )
    const tables = new Map([[table.name, table]])
    const changes = [
      { change: 'addColumn', table: table.name, column: { name: 'extra', kind: 'text', nullable: true } },
      { change: 'addIndex', table: table.name, index: { columns: ['count'], unique: true } },
    ] as const
    await expect((async () => database.migrate({ tables, changes, commit: commitOf([]) }))()).rejects.toMatchObject({
      code: 'NotUnique',
      data: { entity: table.name, field: 'count' },
    })
    const wider: Table = { ...table, columns: [...table.columns, { name: 'extra', kind: 'text', nullable: true }] }
    await expect((async () => database.read(wider, tenant, ['a']))()).rejects.toThrow()
    const check = { table, key: 'a', version: 0 }
    await expect(
      (async () =>
        database.migrate({ tables, changes: [changes[0]], commit: { tenant, checks: [check], writes: [] } }))(),
    ).rejects.toThrow(CommitConflict)
    await database.migrate({ tables, changes: [changes[0]], commit: commitOf([]) })
    expect(await database.read(wider, tenant, ['a'])).toHaveLength(1)
  })
}

const commitOf = (writes: readonly Write[], tenant = 'main'): Commit => ({ tenant, checks: [], writes })
const thing = (id: string, name: string | null = null): Value[] => [id, name, null, null, null, null, null, null]
const timed = (id: string, at: number | null): Value[] => [id, null, null, null, null, at, null, null]
const insert = (values: Value[], absent = false): Write => ({ kind: 'insert', table, values, absent })
const update = (key: string, values: Value[], version: number): Write => ({
  kind: 'update',
  table,
  key,
  values,
  version,
})
const remove = (key: string, version: number): Write => ({ kind: 'delete', table, key, version })
