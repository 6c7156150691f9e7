import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliPage } from './cli-table.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'cli.md'), 'utf8')

test('docs/cli.md shows every command of the tool (write it by npm run docs)', () => {
  expect(cliPage(page)).toBe(page)
})

test('a page without a place for the table is refused', () => {
  expect(() => cliPage('# The command line')).toThrow('no place for its table')
})
