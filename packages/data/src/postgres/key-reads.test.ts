import { systemFailure } from '@heddle/core'
import { expect, test } from 'vitest'
import type { Key, Row, Table } from '../database/table.ts'
import { keyReads } from './key-reads.ts'

const tableOf = (name: string): Table => ({ name, key: 'id', columns: [], indexes: [] })
const [accounts, orders] = [tableOf('bank.Account'), tableOf('bank.Order')]

/** Rows that are there for each key but 'none', a key that the database refuses, and the statements that were sent. */
function recorded() {
  const statements: string[] = []
  const read = keyReads(async (table, tenant, keys) => {
    statements.push(`${table.name} ${tenant}: ${keys.length > 5 ? keys.length : keys.join(' ')}`)
    if (keys.includes('gone')) throw systemFailure('Unavailable', { what: 'The database' })
    if (keys.includes('bad')) throw new Error('no such key can be')
    return keys.map((key): Row | undefined => (key === 'none' ? undefined : [1, key]))
  })
  return { read, statements }
}

const rowsOf = (...keys: Key[]) => keys.map((key) => [1, key])

test('what is asked for within one turn leaves as one statement, and each caller gets its own rows', async () => {
  const { read, statements } = recorded()
  const later = Promise.resolve().then(() => read(accounts, 'main', ['c']))
  const [first, second, third] = await Promise.all([
    read(accounts, 'main', ['a', 'none']),
    read(accounts, 'main', ['b', 'a']),
    later,
  ])
  expect([first, second, third]).toEqual([[[1, 'a'], undefined], rowsOf('b', 'a'), rowsOf('c')])
  expect(statements).toEqual(['bank.Account main: a none b a c'])
})

test('tables and tenants are read apart, and what is asked for later leaves later', async () => {
  const { read, statements } = recorded()
  await Promise.all([read(accounts, 'main', ['a']), read(accounts, 'other', ['a']), read(orders, 'main', ['a'])])
  await read(accounts, 'main', ['b'])
  expect(statements).toEqual([
    'bank.Account main: a',
    'bank.Account other: a',
    'bank.Order main: a',
    'bank.Account main: b',
  ])
})

test('who asks for no keys is answered without a statement', async () => {
  const { read, statements } = recorded()
  expect(await read(accounts, 'main', [])).toEqual([])
  expect(statements).toEqual([])
})

test('a statement has at most 1,000 keys of several callers', async () => {
  const { read, statements } = recorded()
  const keys = (count: number) => Array.from({ length: count }, (_, index) => index)
  await Promise.all([600, 500, 400, 1200, 6].map((count) => read(accounts, 'main', keys(count))))
  expect(statements.map((line) => line.split(': ')[1])).toEqual(['600', '900', '1200', '6'])
})

test('a key that the database refuses fails whoever asked for it and nobody else', async () => {
  const { read } = recorded()
  const all = await Promise.allSettled(['a', 'bad', 'b'].map((key) => read(accounts, 'main', [key])))
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('while the database is away all fail at once, and it is not asked again', async () => {
  const { read, statements } = recorded()
  const all = await Promise.allSettled(['a', 'gone', 'b'].map((key) => read(accounts, 'main', [key])))
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(statements).toHaveLength(1)
})
