import { expect, test } from 'vitest'
import { slotName } from './slot-name.ts'

test('a slot is named as PostgreSQL allows, and no two of them alike', () => {
  const url = 'postgres://shop@db/shop'
  const names = [
    slotName('shop.Totals', 'source', url),
    slotName('shop.Totals', 'orders', url),
    slotName('shop-totals', 'source', url),
    slotName('shop.Totals', 'source', 'postgres://shop@db/staging'),
    slotName(`shop.${'Long'.repeat(40)}`, 'ähnlich', url),
  ]
  for (const name of names) expect(name).toMatch(/^heddle_[a-z0-9_]{1,56}$/)
  expect(new Set(names).size).toBe(names.length)
  expect(slotName('shop.Totals', 'source', 'postgres://other:secret@host:1/shop')).toBe(names[0])
})
