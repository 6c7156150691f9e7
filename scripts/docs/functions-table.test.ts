import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expressionsPage } from './functions-table.ts'

test('docs/expressions.md lists every function of the language as it is now', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/expressions.md'), 'utf8')
  expect(expressionsPage(page)).toBe(page)
})

test('a page without a place for the table is refused', () => {
  expect(() => expressionsPage('# Expressions')).toThrow('no place for its table')
})
