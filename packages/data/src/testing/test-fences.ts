import { beforeAll, expect, test } from 'vitest'
import type { Database, Write } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import { createLeases } from '../lease/create-leases.ts'
import { LeaseRecord } from '../lease/lease-record.ts'

const table: Table = {
  name: 'contract.Fenced',
  key: 'id',
  columns: [{ name: 'id', kind: 'text', nullable: false }],
  indexes: [],
}
const insert = (id: string): Write => ({ kind: 'insert', table, values: [id], absent: false })

/** The part of the database contract that is about leases and the commits that rest on them. */
export function testFences(database: () => Database): void {
  const commit = async (name: string, token: number, id: string) =>
    database().commit({ tenant: 'fenced', checks: [], writes: [insert(id)], fences: [{ tenant: 'main', name, token }] })
  const written = async (id: string) => (await database().read(table, 'fenced', [id]))[0] !== undefined
  const leases = () => createLeases(database(), 'main')
  const acquire = async (name: string, holder: string) => {
    const acquired = await leases().acquire(name, { ttlMs: 60_000, holder })
    if (!acquired.acquired) throw new Error(`${acquired.holder} holds ${name}`)
    return acquired
  }

  beforeAll(async () => {
    const changes = [LeaseRecord.table, table].map((added) => ({ change: 'addTable', table: added }) as const)
    await database().migrate({ tables: new Map(), changes, commit: { tenant: '', checks: [], writes: [] } })
  })

  test('a commit with the token of the holder is made, one with an older or unknown token writes nothing', async () => {
    const first = await acquire('fence', 'a')
    expect(await commit('fence', first.token, 'held')).toBeUndefined()
    await leases().release(first)
    const second = await acquire('fence', 'b')
    expect(second.token).toBeGreaterThan(first.token)
    const refusal = { kind: 'fenced', fence: { tenant: 'main', name: 'fence', token: first.token } }
    expect(await commit('fence', first.token, 'stale')).toEqual(refusal)
    expect(await commit('nobody', 1, 'unknown')).toMatchObject({ kind: 'fenced' })
    expect(await commit('fence', second.token, 'new')).toBeUndefined()
    expect(await Promise.all(['held', 'stale', 'unknown', 'new'].map(written))).toEqual([true, false, false, true])
  })

  test('a lease that was given back fences off, one that was renewed does not', async () => {
    const lease = await acquire('renewed', 'a')
    await leases().renew(lease, 90_000)
    expect(await commit('renewed', lease.token, 'renewed')).toBeUndefined()
    await leases().release(lease)
    expect(await commit('renewed', lease.token, 'released')).toMatchObject({ kind: 'fenced' })
  })

  test('of many who want a lease at once one gets it', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) => leases().acquire('wanted', { ttlMs: 60_000, holder: `${index}` })),
    )
    const winners = all.filter(({ acquired }) => acquired)
    expect(winners).toHaveLength(1)
    expect(new Set(all.map(({ holder }) => holder))).toEqual(new Set([winners[0]!.holder]))
  })
}
