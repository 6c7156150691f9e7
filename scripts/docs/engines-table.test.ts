import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { enginesPage } from './engines-table.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'connect.md'), 'utf8')

test('docs/connect.md shows the engines that there are (write it by npm run docs)', () => {
  expect(enginesPage(page)).toBe(page)
})

test('a page without a place for the table is refused', () => {
  expect(() => enginesPage('# Engines')).toThrow('no place for its table')
})
