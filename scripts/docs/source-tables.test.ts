import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sourcesPage } from './source-tables.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'sources-and-sinks.md'), 'utf8')

test('docs/sources-and-sinks.md shows the kinds that there are (write it by npm run docs)', () => {
  expect(sourcesPage(page)).toBe(page)
})

test('a page without a place for the tables is refused', () => {
  expect(() => sourcesPage('# Sources')).toThrow('no place for its table')
})
