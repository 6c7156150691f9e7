import { expect, test } from 'vitest'
import { decoded } from './decoded.ts'

test('an address is read, and one with a broken escape stands for itself', () => {
  expect(decoded('bank.Open%20it')).toBe('bank.Open it')
  expect(decoded('%E0%A4%A')).toBe('%E0%A4%A')
})
