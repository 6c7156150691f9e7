import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorsPage } from './errors-page.ts'

test('docs/errors.md is what the codes say (write it by npm run docs)', () => {
  expect(readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'errors.md'), 'utf8')).toBe(errorsPage())
})
