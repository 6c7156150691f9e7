import { Failure } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { value } from '../state/cells.ts'
import { operator } from '../operator/operator.ts'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'
import { memoryCheckpoints, runTask } from '../testing/run-task.ts'
import { ReadLimit } from './read-limit.ts'
import type { TaskSpec } from './task-spec.ts'

interface Reading {
  readonly id: number
  readonly at: number
}

const readings = (count: number, from = 0): Reading[] =>
  Array.from({ length: count }, (_, id) => ({ id, at: from + id }))

/** Tells the newest record once event time has gone ten further. */
const quiet = operator({
  kind: 'quiet',
  key: () => 'all',
  state: { newest: value(z.int()) },
  onRecord({ value: given, time }, { newest }, out) {
    newest.set((given as Reading).id)
    out.timer(time + 10)
  },
  onTimer({ time }, { newest }, out) {
    out.emit({ newest: newest.get(), time }, time)
  },
})

const specOf = (values: Parameters<typeof listSource>[0], sink = collectSink()) => {
  const spec: TaskSpec = {
    job: 'lab.Readings',
    sources: [
      {
        name: 'source',
        source: listSource(values),
        timeOf: (reading) => (reading as Reading).at,
        disorderMs: 0,
        decode: 'whole',
        onError: 'fail',
      },
    ],
    steps: [{ id: 'quiet', from: [[{ name: 'source' }]], run: { operator: quiet }, onError: 'fail' }],
    sinks: [{ name: 'sink', from: { name: 'quiet' }, sink }],
  }
  return { spec, sink }
}

const place = (offset: number, more: object = {}) => ({ position: offset, offset, ...more })

test('a task reads as far as another one has, and no further, until that one goes on', async () => {
  const { spec } = specOf(readings(100))
  const store = memoryCheckpoints()
  const limit = new ReadLimit('lab.Readings', { source: { '0': place(7) } })
  const reached: number[] = []
  await runTask(spec, {
    store,
    limit,
    settings: { batch: 4 },
    opened: (task) => {
      limit.onReached = () => {
        reached.push(task.lanes.all[0]!.offset)
        if (reached.length === 1) limit.raise({ source: { '0': place(31) } })
        else task.stop()
      }
    },
  })
  expect(reached).toEqual([7, 31])
  expect(store.newest!.lanes).toMatchObject({ source: { '0': { position: 31, offset: 31 } } })
})

test('a task comes to its end where the other one did, and tells then what it held', async () => {
  const { spec, sink } = specOf(readings(20))
  const limit = new ReadLimit('lab.Readings', { source: { '0': place(20, { ended: true }) } })
  expect(await runTask(spec, { limit })).toBe('ended')
  expect(sink.values).toHaveLength(20)
})

test('a partition that was silent for the other one holds no watermark back once it was read as far', async () => {
  const { spec, sink } = specOf({ slow: readings(5), fast: readings(100) })
  const limit = new ReadLimit('lab.Readings', { source: { slow: place(5, { idle: true }), fast: place(60) } })
  const store = memoryCheckpoints()
  await runTask(spec, { limit, store, opened: (task) => (limit.onReached = () => task.stop()) })
  expect((sink.values.at(-1) as { time: number }).time).toBe(58)
  expect(store.newest!.lanes).toMatchObject({ source: { slow: { offset: 5, idle: true }, fast: { offset: 60 } } })
})

test('a partition that was not silent holds it back, however long the other one takes', async () => {
  const { spec, sink } = specOf({ slow: readings(5), fast: readings(100) })
  const limit = new ReadLimit('lab.Readings', { source: { slow: place(5), fast: place(60) } })
  await runTask(spec, { limit, opened: (task) => (limit.onReached = () => task.stop()) })
  expect(sink.values).toEqual([])
})

test.for([
  ['has fewer than before', readings(5), '0'],
  ['is gone', { other: readings(9) }, '0'],
] as const)('records that cannot be read again are told, where their partition %s', async ([, values, partition]) => {
  const { spec } = specOf(values as Parameters<typeof listSource>[0])
  const limit = new ReadLimit('lab.Readings', { source: { '0': place(7) } })
  const failure = await runTask(spec, { limit, opened: (task) => (limit.onReached = () => task.stop()) }).catch(
    (thrown: unknown) => thrown,
  )
  expect(failure).toBeInstanceOf(Failure)
  expect(failure).toMatchObject({ code: 'RecordsGone', data: { job: 'lab.Readings', source: 'source', partition } })
})
