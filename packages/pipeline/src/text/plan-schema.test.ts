import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { planSchema } from './plan-schema.ts'

const accepts = new Ajv2020({ strict: false }).compile(planSchema())
const plan = (steps: readonly unknown[], more: object = {}) => ({ heddle: 1, pipeline: 'demo.Run', ...more, steps })

test('the schema takes what the parser takes', () => {
  const guide = readFileSync(new URL('../../../../examples/guide/price-order.yaml', import.meta.url), 'utf8')
  expect(accepts(parse(guide))).toBe(true)
  expect(accepts(plan([{ id: 'a', call: { command: 'a.B', with: { n: 'it' } }, retry: { attempts: 3 } }]))).toBe(true)
  expect(accepts(plan([{ id: 'a', when: { if: 'true', then: [{ id: 'b', wait: '2d' }] } }]))).toBe(true)
})

test.each([
  ['a field that does not exist', plan([{ id: 'a', map: 'it' }], { sumary: 'x' })],
  ['a kind that does not exist', plan([{ id: 'a', mapp: 'it' }])],
  ['two kinds in one step', plan([{ id: 'a', map: 'it', call: 'a.B' }])],
  ['a step without an id', plan([{ map: 'it' }])],
  ['a setting of another type', plan([{ id: 'a', forEach: { concurrency: 'many', steps: [{ id: 'b', map: 'it' }] } }])],
  ['a mistake in a nested step', plan([{ id: 'a', when: { if: 'true', then: [{ id: 'b', mapp: 'it' }] } }])],
  ['no steps', plan([])],
])('the schema refuses %s', (_what, wrong) => {
  expect(accepts(wrong)).toBe(false)
})
