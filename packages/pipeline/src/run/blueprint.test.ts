import { app, memoryLog, searchTemplates } from '@heddle/core'
import { expect, test } from 'vitest'
import type { Plan } from '../plan/plan.ts'
import { blueprint } from './blueprint.ts'

const price: Plan = {
  heddle: 1,
  pipeline: 'demo.Price',
  summary: 'What something costs',
  input: 'number',
  parameters: { rate: { type: 'number', summary: 'Times what' }, add: { type: 'int', default: 1 } },
  steps: [{ id: 'a', map: 'it * parameters.rate + parameters.add' }],
}
const pricing = blueprint(price, { aliases: ['cost'], tags: ['money'] })

test('a blueprint is a template: it is found by its words, and its config is described', () => {
  expect(searchTemplates([pricing], 'cost').map(({ name }) => name)).toEqual(['demo.Price'])
  expect(pricing.describe()).toMatchObject({
    summary: 'What something costs',
    config: { properties: { rate: { type: 'number', description: 'Times what' }, add: { default: 1 } } },
  })
})

test('each config makes a command', async () => {
  const [double, more] = [
    pricing.configure({ rate: 2 }, 'demo.Double'),
    pricing.configure({ rate: 2, add: 5 }, 'demo.More'),
  ]
  const open = await app('demo', { parts: [pricing, double, more] }).open({ ports: { log: memoryLog() } })
  expect(await open.call(double, 10)).toEqual({ ok: true, value: 21 })
  expect(await open.call(more, 10)).toEqual({ ok: true, value: 25 })
  await open.close()
  expect(double.madeFrom).toEqual({ template: 'demo.Price', config: { rate: 2, add: 1 } })
})

test('a config that is not right is told with its path', () => {
  const outcome = pricing.configureFrom({ rate: 'much' })
  expect(outcome.ok || outcome.errors[0]).toMatchObject({ code: 'InvalidType', path: ['config', 'rate'] })
  expect(() => pricing.configure({})).toThrow('the config of demo.Price')
})
