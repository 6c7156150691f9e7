import { expect, test } from 'vitest'
import { contains, fullXid, parseSnapshot, sees } from './visibility.ts'

test('a snapshot sees what had ended when it was taken', () => {
  const snapshot = parseSnapshot('10:20:12,15')
  expect([9n, 10n, 12n, 14n, 15n, 19n, 20n].map((xid) => sees(snapshot, xid))).toEqual([
    true,
    true,
    false,
    true,
    false,
    true,
    false,
  ])
  expect(sees(parseSnapshot('7:7:'), 6n)).toBe(true)
})

test('an id of 32 bits is that of the transaction nearest to the snapshot, also where they have started again from 0', () => {
  const turned = 3n * 2n ** 32n
  const snapshot = parseSnapshot(`${turned - 5n}:${turned + 5n}:`)
  expect(fullXid(snapshot, 7)).toBe(turned + 7n)
  expect(fullXid(snapshot, -3)).toBe(turned - 3n)
  expect(fullXid(snapshot, 2 ** 32 - 3)).toBe(turned - 3n)
})

test('a later snapshot may only be used when it sees all that an earlier one saw', () => {
  const earlier = parseSnapshot('10:20:12')
  expect(contains(parseSnapshot('10:21:12'), earlier)).toBe(true)
  expect(contains(parseSnapshot('25:25:'), earlier)).toBe(true)
  expect(contains(parseSnapshot('10:21:12,15'), earlier)).toBe(false)
  expect(contains(parseSnapshot('10:19:12'), earlier)).toBe(false)
})
