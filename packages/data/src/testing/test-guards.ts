import { beforeAll, expect, test } from 'vitest'
import type { Database, Refusal, Write } from '../database/database.ts'
import type { Guard } from '../database/guard.ts'
import type { Table, Value } from '../database/table.ts'

const column = (name: string, nullable = false) => ({ name, kind: 'text', nullable }) as const
const parents: Table = { name: 'guarded.Parent', key: 'id', columns: [column('id')], indexes: [] }
const children: Table = {
  name: 'guarded.Child',
  key: 'id',
  columns: [column('id'), column('parent', true)],
  indexes: [{ columns: ['parent'], unique: false }],
}

/** The contract of guards: what must hold for other records when a commit's writes are in. */
export function testGuards(opened: () => Database): void {
  let counter = 0
  const newTenant = () => `guards-${counter++}`
  const insert = (table: Table, ...values: Value[]): Write => ({ kind: 'insert', table, values, absent: false })
  const present = (key: string): Guard => ({ kind: 'present', table: parents, key })
  const unreferenced = (value: string): Guard => ({ kind: 'unreferenced', table: children, column: 'parent', value })
  const commit = async (
    tenant: string,
    writes: readonly Write[],
    guards: readonly Guard[],
  ): Promise<Refusal | undefined> => opened().commit({ tenant, checks: [], writes, guards })
  const ids = async (table: Table, tenant: string) => {
    const order = [{ column: 'id', descending: false }]
    const rows = await opened().find(table, tenant, { where: undefined, order, after: undefined, limit: 10 })
    return rows.map(([, id]) => id)
  }
  const remove = async (tenant: string, key: string): Promise<Write> => {
    const [row] = await opened().read(parents, tenant, [key])
    return { kind: 'delete', table: parents, key, version: row![0] }
  }

  beforeAll(async () => {
    const changes = [parents, children].map((table) => ({ change: 'addTable', table }) as const)
    await opened().migrate({ tables: new Map(), changes, commit: { tenant: '', checks: [], writes: [] } })
  })

  test('a record that must be present may come with the commit, and one that is missing refuses all of it', async () => {
    const tenant = newTenant()
    const both = [insert(children, 'c', 'p'), insert(parents, 'p')]
    expect(await commit(tenant, both, [present('p')])).toBeUndefined()
    expect(await commit(tenant, [insert(children, 'd', 'q')], [present('p'), present('q')])).toEqual({
      kind: 'guard',
      guard: 1,
    })
    expect(await ids(children, tenant)).toEqual(['c'])
  })

  test('a record of another tenant is not present', async () => {
    await commit(newTenant(), [insert(parents, 'p')], [])
    expect(await commit(newTenant(), [insert(children, 'c', 'p')], [present('p')])).toEqual({ kind: 'guard', guard: 0 })
  })

  test('what is still referred to refuses a removal, unless what refers to it goes with the same commit', async () => {
    const tenant = newTenant()
    await commit(tenant, [insert(parents, 'p'), insert(children, 'c', 'p')], [])
    await commit(newTenant(), [insert(children, 'c', 'free')], [])
    const removal = await remove(tenant, 'p')
    expect(await commit(tenant, [removal], [unreferenced('p')])).toEqual({ kind: 'guard', guard: 0 })
    expect(await ids(parents, tenant)).toEqual(['p'])
    const [child] = await opened().read(children, tenant, ['c'])
    const withChild: Write = { kind: 'delete', table: children, key: 'c', version: child![0] }
    expect(await commit(tenant, [removal, withChild], [unreferenced('p'), unreferenced('free')])).toBeUndefined()
    expect(await ids(parents, tenant)).toEqual([])
  })

  test('of a removal and a new reference to it that arrive at once, one is refused', async () => {
    const tenant = newTenant()
    const keys = Array.from({ length: 20 }, (_, index) => `p${index}`)
    await commit(
      tenant,
      keys.map((key) => insert(parents, key)),
      [],
    )
    const removals = await Promise.all(keys.map((key) => remove(tenant, key)))
    const races = keys.map(async (key, index) =>
      Promise.all([
        commit(tenant, [insert(children, `c${index}`, key)], [present(key)]),
        commit(tenant, [removals[index]!], [unreferenced(key)]),
      ]),
    )
    for (const outcomes of await Promise.all(races)) {
      expect(outcomes.filter((refusal) => refusal === undefined)).toHaveLength(1)
      expect(['guard', 'conflict']).toContain(outcomes.find((refusal) => refusal !== undefined)?.kind)
    }
  })
}
