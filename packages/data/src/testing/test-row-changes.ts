import { beforeAll, expect, test } from 'vitest'
import type { Database, Refusal, Write } from '../database/database.ts'
import type { RowChange } from '../database/row-change.ts'
import type { Table, Value } from '../database/table.ts'

const column = (name: string, nullable = false) => ({ name, kind: 'text', nullable }) as const
const table: Table = {
  name: 'changed.Thing',
  key: 'id',
  columns: [column('id'), column('owner', true), column('state'), column('said', true)],
  indexes: [{ columns: ['owner'], unique: false, sparse: true }],
}
const columns = ['state', 'owner']

/** The contract of changes: what is set of a record as long as somebody's mark is on it. */
export function testRowChanges(opened: () => Database): void {
  let counter = 0
  const newTenant = () => `changes-${counter++}`
  const insert = (...values: Value[]): Write => ({ kind: 'insert', table, values, absent: false })
  const change = (key: string, owner: string, state: string, next: Value = null): RowChange => ({
    table,
    key,
    columns,
    values: [state, next],
    where: { column: 'owner', value: owner },
  })
  const commit = async (
    tenant: string,
    changes: readonly RowChange[],
    writes: readonly Write[] = [],
  ): Promise<Refusal | undefined> => opened().commit({ tenant, checks: [], writes, changes })
  const read = async (tenant: string, key: string) => (await opened().read(table, tenant, [key]))[0]

  beforeAll(async () => {
    const changes = [{ change: 'addTable', table } as const]
    await opened().migrate({ tables: new Map(), changes, commit: { tenant: '', checks: [], writes: [] } })
  })

  test('a change sets its columns whatever the version, keeps the others, and gives a new version', async () => {
    const tenant = newTenant()
    await commit(tenant, [], [insert('a', 'me', 'begun', 'first')])
    const [version] = (await read(tenant, 'a'))!
    await commit(tenant, [], [{ kind: 'update', table, key: 'a', version, values: ['a', 'me', 'begun', 'second'] }])
    const [between] = (await read(tenant, 'a'))!
    expect(await commit(tenant, [change('a', 'me', 'over')])).toBeUndefined()
    const [after, ...values] = (await read(tenant, 'a'))!
    expect(values).toEqual(['a', null, 'over', 'second'])
    expect(after).toBeGreaterThan(between)
  })

  test('a change of what has another mark, or is not there, or is of another tenant, is a conflict, and nothing is written', async () => {
    const tenant = newTenant()
    await commit(tenant, [], [insert('a', 'me', 'begun', null)])
    const conflict = { kind: 'conflict' }
    expect(await commit(tenant, [change('a', 'you', 'over')], [insert('b', null, 'new', null)])).toEqual(conflict)
    expect(await commit(tenant, [change('c', 'me', 'over')])).toEqual(conflict)
    expect(await commit(newTenant(), [change('a', 'me', 'over')])).toEqual(conflict)
    expect((await read(tenant, 'a'))!.slice(1)).toEqual(['a', 'me', 'begun', null])
    expect(await read(tenant, 'b')).toBeUndefined()
  })

  test('of many changes at a time each is made or refused by itself', async () => {
    const tenant = newTenant()
    const keys = Array.from({ length: 40 }, (_, index) => `k${index}`)
    await commit(
      tenant,
      [],
      keys.map((key) => insert(key, 'me', 'begun', null)),
    )
    const answers = await Promise.all(
      keys.map((key, index) => commit(tenant, [change(key, index % 3 ? 'me' : 'you', 'over')])),
    )
    expect(answers).toEqual(keys.map((_, index) => (index % 3 ? undefined : { kind: 'conflict' })))
    const states = await Promise.all(keys.map(async (key) => (await read(tenant, key))![3]))
    expect(states).toEqual(keys.map((_, index) => (index % 3 ? 'over' : 'begun')))
  })

  test('what one commit inserts another one changes at once', async () => {
    const tenant = newTenant()
    const both = [commit(tenant, [], [insert('a', 'me', 'begun', null)]), commit(tenant, [change('a', 'me', 'over')])]
    expect(await Promise.all(both)).toEqual([undefined, undefined])
    expect((await read(tenant, 'a'))!.slice(1)).toEqual(['a', null, 'over', null])
  })
}
