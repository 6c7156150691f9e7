import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commonPermissions, covers, holds } from './access.ts'

test.each([
  ['bank:pay', 'bank:pay', true],
  ['bank:*', 'bank:pay', true],
  ['bank:*', 'bank:pay:much', true],
  ['bank:*', 'bank:pay:*', true],
  ['*', 'bank:*', true],
  ['bank:pay:*', 'bank:*', false],
  ['bank:*', '*', false],
  ['bank:*', 'banking:pay', false],
  ['bank:*', 'bank', false],
  ['bank*', 'bank:pay', false],
  ['', 'bank:pay', false],
])('%s covers %s: %s', (held, permission, expected) => {
  expect(covers(held, permission)).toBe(expected)
})

test('what two lists have in common is held by both, and everything that both hold is in it', () => {
  const segment = fc.constantFrom('a', 'b', 'c')
  const permission = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join(':'))
  const pattern = fc.oneof(
    permission,
    permission.map((text) => `${text}:*`),
    fc.constant('*'),
  )
  const list = fc.array(pattern, { maxLength: 4 })
  fc.assert(
    fc.property(list, list, permission, (left, right, asked) => {
      const common = { permissions: commonPermissions(left, right) }
      const both = holds({ permissions: left }, asked) && holds({ permissions: right }, asked)
      expect(holds(common, asked)).toBe(both)
    }),
  )
})
