import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { typesPage } from './types-table.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'types.md'), 'utf8')

test('docs/types.md shows what the registry holds (write it by npm run docs)', () => {
  expect(typesPage(page)).toBe(page)
})

test('a page without a place for the tables is refused', () => {
  expect(() => typesPage('# Types')).toThrow('no place for its tables')
})
