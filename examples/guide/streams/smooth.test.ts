import { job, listSource } from 'heddle'
import { collectSink } from 'heddle/stream'
import { record, runJob, runOperator, testOperator } from 'heddle/stream/testing'
import { expect, test } from 'vitest'
import { smooth, smoothDelays } from './smooth.ts'

const events = [record({ origin: 'ATL', delay: 10 }, 1), record({ origin: 'ATL', delay: 30 }, 2)]
const smoothed = record({ origin: 'ATL', delay: 20 }, 2)

test('the newest delay counts by half', () => {
  expect(runOperator(() => smoothDelays(0.5), events, { rebuild: 'everywhere' })).toEqual([events[0], smoothed])
})

testOperator(() => smoothDelays(0.5), [{ name: 'smooths', events }], { forgets: false })

test('a whole job', async () => {
  const out = collectSink()
  const departures = listSource(events.map(({ value, time }) => ({ ...value, at: time })))
  const plan = new URL('./smoothed-delays.yaml', import.meta.url)
  await runJob(job(plan, { sources: { departures }, sinks: { out }, operators: { smooth } }))
  expect(out.values).toEqual([events[0]!.value, smoothed.value])
})
