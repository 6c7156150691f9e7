import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planSchema } from '../../packages/pipeline/src/text/plan-schema.ts'
import { stepsPage } from './steps-table.ts'

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'steps.md'), 'utf8')

test('docs/steps.md shows the kinds of steps that there are (write it by npm run docs)', () => {
  expect(stepsPage(page)).toBe(page)
})

test('a page without a place for the table is refused', () => {
  expect(() => stepsPage('# Steps')).toThrow('no place for its table')
})

test('the published JSON Schema is that of the plans (write it by npm run docs)', () => {
  const file = join(root, 'packages', 'pipeline', 'src', 'text', 'plan.schema.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(planSchema())))
})
