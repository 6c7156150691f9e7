import { expect, test } from 'vitest'
import { toolNames } from './tool-names.ts'

test('a name that is too long is cut and told apart by its hash', () => {
  const [one, other] = [`${'read_'.repeat(100)}a`, `${'read_'.repeat(100)}b`]
  const names = toolNames([one, other, 'a'.repeat(64)])
  expect(names.get(one)).toMatch(/^(?:Read){14}RX\w{6}$/)
  expect(names.get(other)).toMatch(/^(?:Read){14}RX\w{6}$/)
  expect(names.get(one)).not.toBe(names.get(other))
  expect(names.get('a'.repeat(64))).toBe(`A${'a'.repeat(63)}`)
})

test('a name that is given stands as it is', () => {
  const tool = 'x'.repeat(500)
  expect(toolNames([tool], { [tool]: 'Short' }).get(tool)).toBe('Short')
})
