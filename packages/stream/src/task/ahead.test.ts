import { createPorts } from '@heddle/core'
import { expect, test } from 'vitest'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'
import { memoryCheckpoints, runTask } from '../testing/run-task.ts'
import type { SourceSpec, TaskSpec } from './task-spec.ts'

const now = Date.UTC(2026, 2, 1)
const hour = 3_600_000
const ports = createPorts({ clock: { now: () => now } })

const flights = [
  { id: 1, at: now - hour },
  { id: 2, at: now + 30 * 24 * hour },
  { id: 3, at: now - hour / 2 },
  { id: 4, at: now + hour },
  { id: 5, at: 9e15 },
]

const specOf = (sink: ReturnType<typeof collectSink>, more: Partial<SourceSpec>): TaskSpec => ({
  job: 'flights.Delays',
  sources: [
    {
      name: 'source',
      source: listSource(flights),
      timeOf: (flight) => (flight as { at: number }).at,
      disorderMs: 0,
      decode: 'whole',
      onError: 'deadLetter',
      ...more,
    },
  ],
  steps: [],
  sinks: [{ name: 'sink', from: { name: 'source' }, sink }],
})

test('a record from far ahead is a dead letter, and moves no watermark, so that those behind it are in time', async () => {
  const sink = collectSink()
  const store = memoryCheckpoints()
  let watermark = -Infinity
  await runTask(specOf(sink, { aheadMs: hour }), {
    store,
    ports,
    settings: { batch: 2, checkpointMs: 0 },
    opened: (task) => {
      const [entry] = task.graph.entries
      entry!.links.push({
        input: 0,
        to: { receive: () => void (watermark = entry!.watermark) },
      })
    },
  })
  expect(sink.values).toEqual([flights[0], flights[2], flights[3]])
  expect(watermark).toBe(now - hour / 2 - 1)
  const letters = store.commits.flatMap((commit) => commit.letters)
  expect(letters).toMatchObject([
    { command: 'flights.Delays/source', origin: 'source/0/1', errors: [{ code: 'AheadOfTime' }] },
    { command: 'flights.Delays/source', origin: 'source/0/4', errors: [{ code: 'AheadOfTime' }] },
  ])
  expect(letters[0]!.errors[0]!.message).toBe(
    'The record source/0/1 of flights.Delays is said to happen at 2026-03-31T00:00:00.000Z, more than 3600 s ahead of the clock.',
  )
  expect(letters[1]!.errors[0]!.message).toContain('at 9000000000000000 ms')
})

test('one from far ahead is dropped or ends the job where the source says so, and is taken where it may be of any time', async () => {
  const dropped = collectSink()
  await runTask(specOf(dropped, { aheadMs: hour, onError: 'drop' }), { ports })
  expect(dropped.values).toHaveLength(3)
  const failing = runTask(specOf(collectSink(), { aheadMs: hour, onError: 'fail' }), { ports })
  await expect(failing).rejects.toMatchObject({ code: 'AheadOfTime' })
  const any = collectSink()
  await runTask(specOf(any, {}), { ports })
  expect(any.values).toHaveLength(5)
})
