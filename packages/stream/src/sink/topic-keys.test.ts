import { type Plan, parsePlan } from '@heddle/pipeline'
import { operator } from '../operator/operator.ts'
import { job } from '../job/job.ts'
import { listSource } from '../source/list.ts'
import { expect, test } from 'vitest'

const planOf = (steps: string, sink: string): Plan => {
  const text = `heddle: 1
pipeline: shop.Prices
source: { given: prices, type: { k: string, v: int, at: int }, time: it.at }
${steps}sink: { topic: { topic: shop.Newest, ${sink} } }
`
  const parsed = parsePlan(text, 'prices.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.plan
}
const same = {
  create: () => operator({ kind: 'same', onRecord: ({ value, time }, _cells, out) => out.emit(value, time) }),
}
const made =
  (steps: string, sink = 'compaction: true') =>
  () =>
    job(planOf(steps, sink), { sources: { prices: listSource([]) }, operators: { same } })

test('a topic that keeps the newest record of each key is refused behind records without a key', () => {
  const message = /sink\/topic the topic sink shop\.Newest.*its records have none: add a step `keyBy` before it/
  expect(made('')).toThrow(message)
  const filtered = 'steps: [{ id: all, filter: it.v > 0 }, { id: part, map: { v: it.v } }]\n'
  expect(made(filtered)).toThrow('add a step `keyBy` before it')
  for (const own of ['dedupe: { by: it.k, memory: 1h }', 'throttle: { limit: 1, per: 1s, by: it.k }']) {
    expect(made(`steps: [{ id: own, ${own} }]\n`)).toThrow('add a step `keyBy` before it')
  }
  expect(made('', 'partitions: 2')).not.toThrow()
})

test.each([
  '{ id: keyed, keyBy: it.k }, { id: all, filter: it.v > 0 }',
  '{ id: hours, window: { tumbling: 1h, by: it.k }, aggregate: { n: count() } }',
  '{ id: keyed, keyBy: it.k }, { id: once, dedupe: { by: it.v, memory: 1h } }',
  '{ id: code, operator: { name: same } }',
])('and it is taken where records have one, or may have one: %s', (step) => {
  expect(made(`steps: [${step}]\n`)).not.toThrow()
})
