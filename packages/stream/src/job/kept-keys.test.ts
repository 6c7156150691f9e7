import { parsePlan } from '@heddle/pipeline'
import { expect, test } from 'vitest'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'
import { runJob } from '../testing/run-job.ts'
import { job } from './job.ts'

const records = [
  { id: 1, k: 'a', at: 1 },
  { id: 2, k: 'b', at: 2 },
  { id: 3, k: 'a', at: 3 },
  { id: 3, k: 'a', at: 4 },
  { id: 4, k: 'b', at: 5 },
]

async function counted(steps: string): Promise<unknown[]> {
  const parsed = parsePlan(
    `heddle: 1
pipeline: lab.Counted
source: { given: records, type: { id: int, k: string, at: int }, time: it.at }
steps:
${steps}
  - { id: perKey, window: { tumbling: 1s }, aggregate: { n: count() } }
sink: { given: out }
`,
    'counted.yaml',
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const out = collectSink()
  await runJob(job(parsed.plan, { sources: { records: listSource(records) }, sinks: { out } }))
  return (out.values as { k?: string; n: number }[]).map(({ k, n }) => (k === undefined ? n : `${k} ${n}`)).toSorted()
}

test('what dedupe and throttle tell records apart by is not the key of those that go on', async () => {
  expect(
    await counted(`  - { id: keyed, keyBy: it.k }
  - { id: once, dedupe: { by: it.id, memory: 1m } }`),
  ).toEqual(['a 2', 'b 2'])
  expect(
    await counted(`  - { id: keyed, keyBy: it.k }
  - { id: few, throttle: { limit: 1, per: 1s, by: it.id } }`),
  ).toEqual(['a 2', 'b 2'])
  expect(await counted('  - { id: once, dedupe: { by: it.id, memory: 1m } }')).toEqual([4])
})
