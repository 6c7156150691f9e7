import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PageQuery, Write } from '../database/database.ts'
import type { Key, Row, Table, Value } from '../database/table.ts'
import type { Condition } from '../filter/condition.ts'
import type { RecordStore } from '../record-store/record-store.ts'
import { pageOf } from '../record-store/row-page.ts'

const table: Table = {
  name: 'contract.Record',
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
  indexes: [{ columns: ['name'], unique: true }],
}

const numbered: Table = {
  name: 'contract.Numbered',
  key: 'number',
  columns: [
    { name: 'number', kind: 'integer', nullable: false },
    { name: 'text', kind: 'text', nullable: false },
  ],
  indexes: [],
}

/**
 * The executable contract of the `RecordStore` port. A driver's test calls it once.
 *
 * @param open opens a store that holds nothing
 * @example testRecordStore(async () => createMemoryStore())
 */
export function testRecordStore(open: () => Promise<RecordStore>): void {
  let store: RecordStore
  beforeAll(async () => {
    store = await open()
    for (const one of [table, numbered, table]) await store.prepare(one)
  })
  afterAll(async () => store.close())

  let counter = 0
  const newTenant = () => `tenant ${counter++}`
  const row = async (tenant: string, id: Key) => (await store.read(table, tenant, [id]))[0]
  const write = async (tenant: string, wanted: Write) => store.write(tenant, wanted)
  const insert = (values: Value[]): Write => ({ kind: 'insert', table, values, absent: false })
  const put = (values: Value[]): Write => ({ kind: 'put', table, values })
  const update = (values: Value[], version: number): Write => ({
    kind: 'update',
    table,
    key: values[0] as Key,
    values,
    version,
  })
  const remove = (key: Key, version: number): Write => ({ kind: 'delete', table, key, version })
  const written = async (tenant: string, wanted: Write) => {
    const result = await write(tenant, wanted)
    if (result.kind !== 'written') throw new Error(`refused: ${JSON.stringify(result)}`)
    return result.version
  }

  test('every kind of value comes back as it went in, and missing as null', async () => {
    const tenant = newTenant()
    const full = ['full \u{10ffff}', 'text \0 \u{10ffff} ', -3, 0.1, true, 1e12, 2n ** 63n - 1n, '{"a":[1,"ü"]}']
    const versions = [await written(tenant, insert(full)), await written(tenant, insert(thing('empty')))]
    const rows = await store.read(table, tenant, [full[0] as Key, 'none', 'empty'])
    expect(rows).toEqual([[versions[0], ...full], undefined, [versions[1], ...thing('empty')]])
  })

  test('an insert wants the key to be free, and a put wants nothing', async () => {
    const tenant = newTenant()
    await written(tenant, insert(thing('a')))
    expect(await write(tenant, insert(thing('a')))).toEqual({ kind: 'notUnique', columns: ['id'] })
    await written(tenant, put(thing('a', { count: 2 })))
    await written(tenant, put(thing('b', { count: 3 })))
    expect([(await row(tenant, 'a'))?.[3], (await row(tenant, 'b'))?.[3]]).toEqual([2, 3])
  })

  test('an update or removal of another version is a conflict, and versions never come back', async () => {
    const tenant = newTenant()
    const first = await written(tenant, insert(thing('a')))
    const second = await written(tenant, update(thing('a', { count: 1 }), first))
    expect(second).toBeGreaterThan(first)
    for (const late of [update(thing('a', { count: 9 }), first), remove('a', first), remove('none', first)])
      expect(await write(tenant, late)).toEqual({ kind: 'conflict' })
    expect(await row(tenant, 'a')).toEqual([second, ...thing('a', { count: 1 })])
    await written(tenant, remove('a', second))
    expect(await row(tenant, 'a')).toBeUndefined()
    expect(await written(tenant, insert(thing('a')))).toBeGreaterThan(second)
    expect(await write(tenant, update(thing('a', { count: 9 }), second))).toEqual({ kind: 'conflict' })
  })

  test('of many who update one version at once, one succeeds', async () => {
    const tenant = newTenant()
    const version = await written(tenant, insert(thing('a')))
    const racers = Array.from({ length: 20 }, (_, count) => write(tenant, update(thing('a', { count }), version)))
    const kinds = (await Promise.all(racers)).map(({ kind }) => kind).toSorted()
    expect(kinds).toEqual([...Array.from({ length: 19 }, () => 'conflict'), 'written'])
  })

  test('a unique index holds within one tenant, lets missing values be, and frees what is changed or removed', async () => {
    const tenant = newTenant()
    const taken = { kind: 'notUnique', columns: ['name'] }
    const version = await written(tenant, insert(thing('a', { name: 'Ada' })))
    const other = await written(tenant, insert(thing('b', { name: 'ada' })))
    for (const late of [insert(thing('c', { name: 'Ada' })), put(thing('b', { name: 'Ada' }))])
      expect(await write(tenant, late)).toEqual(taken)
    expect(await write(tenant, update(thing('b', { name: 'Ada' }), other))).toEqual(taken)
    await written(newTenant(), insert(thing('a', { name: 'Ada' })))
    for (const id of ['x', 'y']) await written(tenant, insert(thing(id)))
    const renamed = await written(tenant, update(thing('a', { name: 'Ada L.' }), version))
    await written(tenant, insert(thing('c', { name: 'Ada' })))
    await written(tenant, remove('a', renamed))
    await written(tenant, insert(thing('d', { name: 'Ada L.' })))
    await written(tenant, put(thing('d', { name: 'Ada L.', count: 2 })))
  })

  test('tenants whose names run into each other or hold anything see nothing of each other', async () => {
    const names = ['t', 't:', 't/', 'T', '../t', '*', '{t}', 'tü', "t' OR 1=1"]
    for (const tenant of names) await written(tenant, insert(thing(':a', { count: 1 })))
    for (const tenant of names) {
      expect(await find(table, tenant)).toEqual([':a'])
      const [version] = (await row(tenant, ':a'))!
      await written(tenant, remove(':a', version))
    }
  })

  test('keys that are numbers come in their order, from the smallest to the largest', async () => {
    const tenant = newTenant()
    const keys = [0, -1, 10, 9, 2 ** 53 - 1, -(2 ** 53 - 1), 1000, -1000]
    for (const key of keys)
      await written(tenant, { kind: 'insert', table: numbered, values: [key, `${key}`], absent: false })
    const sorted = keys.toSorted((left, right) => left - right)
    expect(await find(numbered, tenant)).toEqual(sorted)
    expect(await find(numbered, tenant, { after: [-1], limit: 3 })).toEqual([0, 9, 10])
    expect((await store.read(numbered, tenant, [10, 11])).map((found) => found?.[2])).toEqual(['10', undefined])
  })

  test('every filter, order and page finds what a search through all records finds', async () => {
    const tenant = newTenant()
    const rows: Row[] = []
    for (let index = 0; index < 60; index++) {
      const values = sample(index)
      rows.push([await written(tenant, insert(values)), ...values])
    }
    for (const where of filters)
      for (const order of orders)
        for (const limit of [7, 100]) {
          const whole = { where, order, after: undefined, limit: 100 }
          const expected = pageOf(table, rows, whole)
          const found: Row[] = []
          let after: Value[] | undefined
          for (;;) {
            const page = await store.find(table, tenant, { ...whole, after, limit })
            found.push(...page)
            if (page.length < limit) break
            const [, ...last] = page.at(-1)!
            after = order.map(({ column }) => last[table.columns.findIndex(({ name }) => name === column)]!)
          }
          expect(found, JSON.stringify({ order, limit, where: String(where?.kind) })).toEqual(expected)
        }
  })

  async function find(from: Table, tenant: string, query: Partial<PageQuery> = {}): Promise<Value[]> {
    const order = [{ column: from.key, descending: false }]
    const rows = await store.find(from, tenant, { where: undefined, order, after: undefined, limit: 100, ...query })
    return rows.map((found) => found[1]!)
  }
}

const thing = (id: string, { name, count }: { name?: string; count?: number } = {}): Value[] => [
  id,
  name ?? null,
  count ?? null,
  null,
  null,
  null,
  null,
  null,
]

const texts = ['', 'a', 'a ', 'ab', 'B', 'ä', '\uffee', '\u{1f600}', '%', '_']

/** Records that differ in every column, with some values missing. */
const sample = (index: number): Value[] => {
  const pick = <Kind extends Value>(every: number, value: Kind) => (index % every === 0 ? null : value)
  return [
    `${texts[index % texts.length]}${index}`,
    pick(4, `${texts[(index * 7) % texts.length]}#${index}`),
    pick(5, (index % 7) - 3),
    pick(6, (index % 9) / 8 - 0.5),
    pick(3, index % 2 === 0),
    pick(7, 1_700_000_000_000 + (index % 5)),
    pick(8, BigInt(index % 6) * 2n ** 60n - 3n),
    pick(2, `{"index":${index}}`),
  ]
}

const filters: readonly (Condition | undefined)[] = [
  undefined,
  ...['', 'a', 'ä', '\u{1f600}', '%', '_'].map((value): Condition => ({
    kind: 'compare',
    column: 'id',
    by: 'prefix',
    value,
  })),
  { kind: 'compare', column: 'name', by: 'gt', value: 'ab' },
  { kind: 'compare', column: 'name', by: 'prefix', value: 'a' },
  { kind: 'compare', column: 'count', by: 'lte', value: 0 },
  { kind: 'compare', column: 'price', by: 'lt', value: 0.125 },
  { kind: 'compare', column: 'yes', by: 'eq', value: true },
  { kind: 'compare', column: 'at', by: 'gte', value: 1_700_000_000_003 },
  { kind: 'compare', column: 'big', by: 'gt', value: 2n ** 60n },
  { kind: 'missing', column: 'data' },
  { kind: 'in', column: 'count', values: [1, 2] },
  { kind: 'in', column: 'id', values: ['a1', '2', 'none'] },
  { kind: 'in', column: 'count', values: [] },
  { kind: 'not', condition: { kind: 'compare', column: 'count', by: 'eq', value: 1 } },
  { kind: 'and', conditions: [] },
  { kind: 'or', conditions: [] },
  {
    kind: 'and',
    conditions: [
      { kind: 'compare', column: 'id', by: 'gte', value: 'a' },
      {
        kind: 'or',
        conditions: [
          { kind: 'missing', column: 'name' },
          { kind: 'not', condition: { kind: 'compare', column: 'yes', by: 'eq', value: false } },
        ],
      },
    ],
  },
]

const orders: readonly PageQuery['order'][] = [
  [{ column: 'id', descending: false }],
  [{ column: 'id', descending: true }],
  [
    { column: 'count', descending: false },
    { column: 'id', descending: false },
  ],
  [
    { column: 'name', descending: true },
    { column: 'id', descending: true },
  ],
  [
    { column: 'yes', descending: false },
    { column: 'big', descending: true },
    { column: 'id', descending: false },
  ],
]
