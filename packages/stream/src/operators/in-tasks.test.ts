import { seededRandom } from '@heddle/core'
import { expect, test } from 'vitest'
import { makeStep } from '../../fixtures/make-step.ts'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'
import type { Reads, SourceSpec, StepSpec } from '../task/task-spec.ts'
import { runTask } from '../testing/run-task.ts'

/** A step of a plan, with what it reads. */
const step = (id: string, from: readonly string[], given: Parameters<typeof makeStep>[0]): StepSpec => ({
  id,
  from: from.map((name) => [readsOf(name)]),
  run: { operator: makeStep(given) },
  onError: 'fail',
})

const readsOf = (text: string): Reads => {
  const [name, side] = text.split('.')
  return { name: name!, ...(side !== undefined && { side }) }
}

interface Item {
  readonly id: number
  readonly key: string
  readonly n: number
  readonly at: number
}

const items = (count: number, seed: number): readonly Item[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, index) => ({
    // One in ten comes twice.
    id: index % 10 === 9 ? index - 1 : index,
    key: `k${Math.floor(random.next() * 5)}`,
    n: Math.floor(random.next() * 100),
    at: index * 10 - Math.floor(random.next() * 80),
  }))
}

const source = (name: string, seed: number): SourceSpec => ({
  name,
  source: listSource(items(400, seed)),
  timeOf: (item) => (item as Item).at,
  disorderMs: 100,
  decode: 'whole',
  onError: 'fail',
})

const steps = [
  step('once', ['left'], { dedupe: { by: 'it.id', memory: '1s' } }),
  step('parts', ['once'], { branch: { low: 'it.n < 20' } }),
  step('window', ['parts', 'right'], {
    join: { with: 'right', by: 'it.key', window: { tumbling: '100ms' }, kind: 'full' },
  }),
  step('near', ['parts', 'right'], {
    join: { with: 'right', by: 'it.key', within: { before: '20ms', after: '30ms' }, kind: 'full' },
  }),
  step('valid', ['parts.low', 'right'], { join: { with: 'right', by: 'it.key', temporal: true, kind: 'left' } }),
  step('row', ['once'], {
    pattern: {
      by: 'it.key',
      sequence: [
        { name: 'high', if: 'it.n > 50', times: { min: 2 } },
        { not: 'it.n > 95' },
        { name: 'low', if: 'it.n < 30' },
      ],
      within: '1s',
      skip: 'next',
    },
  }),
  step('silent', ['once'], { timer: { by: 'it.key', after: '100ms' } }),
  step('state', ['once'], {
    machine: {
      by: 'it.key',
      initial: 'low',
      states: {
        low: { on: [{ if: 'it.n > 80', to: 'high', give: { key: 'key', up: 'it.n' } }] },
        high: { on: [{ if: 'it.n < 40', to: 'low', give: { key: 'key', down: 'it.n' } }] },
      },
    },
  }),
  step('some', ['once'], { throttle: { limit: 3, per: '200ms', by: 'it.key' } }),
  step('all', ['window', 'near', 'valid', 'row', 'silent', 'state', 'some.over'], {
    union: ['window', 'near', 'valid', 'row', 'silent', 'state', 'some.over'],
  }),
]

async function run(seed: number | undefined) {
  const sink = collectSink()
  await runTask(
    {
      job: 'test.Operators',
      sources: [source('left', 1), source('right', 2)],
      steps,
      sinks: [{ name: 'sink', from: { name: 'all' }, sink }],
    },
    seed === undefined ? {} : { random: seededRandom(seed) },
  )
  const records = sink.records.map(({ id, key, time, value, weight }) =>
    JSON.stringify({ id, key, time, value, weight }),
  )
  return records.toSorted()
}

test('steps of a task tell the same records under the same names, in whatever batches they are handed', async () => {
  const usual = await run(undefined)
  expect(usual.length).toBeGreaterThan(1000)
  expect(new Set(usual.map((text) => text.split('","')[0])).size).toBe(usual.length)
  for (let seed = 1; seed <= 10; seed += 1) expect(await run(seed)).toEqual(usual)
})
