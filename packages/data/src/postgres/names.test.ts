import { expect, test } from 'vitest'
import { indexName, shortName } from './names.ts'

test('a name that PostgreSQL would cut is cut here, and stays unlike others that begin alike', () => {
  const long = `shop.${'é'.repeat(40)}`
  const [left, right] = [shortName(`${long}A`), shortName(`${long}B`)]
  expect(left).not.toBe(right)
  expect(Buffer.byteLength(left)).toBeLessThanOrEqual(63)
  expect(left).toMatch(/^shop\.é+~[0-9a-f]{12}$/)
  expect(shortName('shop.Order')).toBe('shop.Order')
})

test('indexes of one table have names of their own', () => {
  const names = [
    { columns: ['name'], unique: false },
    { columns: ['name'], unique: true },
    { columns: ['name'], unique: false, acrossTenants: true },
    { columns: ['name'], unique: false, sparse: true },
    { columns: ['name', 'at'], unique: false },
  ].map((index) => indexName('shop.Order', index))
  expect(new Set(names).size).toBe(names.length)
})
