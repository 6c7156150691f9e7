import { expect, test } from 'vitest'
import type { Check, Commit, Write } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import { groupLength, groupStatements } from './group.ts'

const table: Table = {
  name: 'shop.Order',
  key: 'id',
  columns: [
    { name: 'id', kind: 'text', nullable: false },
    { name: 'count', kind: 'integer', nullable: true },
  ],
  indexes: [],
}
const insert = (id: string): Write => ({ kind: 'insert', table, values: [id, 1], absent: true })
const update = (key: string): Write => ({ kind: 'update', table, key, values: [key, 2], version: 1 })
const check = (key: string): Check => ({ table, key, version: 1 })
const commit = (writes: Write[], checks: Check[] = []): Commit => ({ tenant: 'main', checks, writes })

test('commits that do not touch each other share a transaction, up to the limit', () => {
  const commits = ['a', 'b', 'c'].map((id) => commit([insert(id)]))
  expect(groupLength(commits, 10)).toBe(3)
  expect(groupLength(commits, 2)).toBe(2)
})

test('commits that rest on one record share a transaction, one that changes it waits', () => {
  const reads = [commit([insert('a')], [check('x')]), commit([insert('b')], [check('x')])]
  expect(groupLength([...reads, commit([update('x')])], 10)).toBe(2)
  expect(groupLength([commit([update('x')]), ...reads], 10)).toBe(1)
  expect(groupLength([commit([update('x')]), commit([update('x')])], 10)).toBe(1)
  const otherTenant = { ...commit([update('x')]), tenant: 'other' }
  expect(groupLength([commit([update('x')]), otherTenant], 10)).toBe(2)
})

test('a group costs a few statements per table, however many commits it has', () => {
  const statements = (count: number) =>
    groupStatements(
      Array.from({ length: count }, (_, index) =>
        commit([insert(`i${index}`), update(`u${index}`)], [check(`c${index}`)]),
      ),
    ).map(({ sql }) => sql)
  expect(statements(100)).toEqual(statements(2))
  expect(statements(100).length).toBeLessThan(6)
  expect(groupStatements([commit([insert('a')])])).toHaveLength(1)
})
