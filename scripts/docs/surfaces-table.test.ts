import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { surfacesPage } from './surfaces-table.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'surfaces.md'), 'utf8')

test('docs/surfaces.md shows the surfaces that there are (write it by npm run docs)', () => {
  expect(surfacesPage(page)).toBe(page)
})

test('a page without a place for the table is refused', () => {
  expect(() => surfacesPage('# Surfaces')).toThrow('no place for its table')
})
