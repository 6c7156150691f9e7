import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { value } from '../state/cells.ts'
import { operator } from '../operator/operator.ts'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'
import type { Source } from '../source/source.ts'
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

const none = (): never => {
  throw new Error('it has no partition')
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

test('where it has read as far as another task, event time is where that one has it, as some were silent there', async () => {
  const { spec, sink } = specOf(readings(100))
  const places = { source: { '0': place(7) } }
  const limit = new ReadLimit('lab.Readings', places, { sources: { source: 50 } })
  await runTask(spec, {
    limit,
    settings: { batch: 4 },
    opened: (task) => {
      limit.onReached = () => {
        task.stop()
      }
    },
  })
  expect(sink.values).toEqual([0, 1, 2, 3, 4, 5, 6].map((at) => ({ newest: 6, time: at + 10 })))
})

test('a source that was silent as a whole for another task is so here, once all was read', async () => {
  const { spec, sink } = specOf(readings(7))
  const [source] = spec.sources
  const empty: Source = {
    ...source!.source,
    bounded: false,
    open: () => ({ partitions: () => [], openPartition: none, close() {} }),
  }
  const both: TaskSpec = {
    ...spec,
    sources: [
      { ...source!, name: 'empty', source: empty },
      { ...source!, source: { ...source!.source, bounded: false } },
    ],
    steps: [{ ...spec.steps[0]!, from: [[{ name: 'source' }, { name: 'empty' }]] }],
  }
  const silentFor = async (silent: readonly string[]) => {
    const limit = new ReadLimit('lab.Readings', { source: { '0': place(7) } }, { sources: { source: 14 }, silent })
    await runTask(both, {
      limit,
      opened: (task) => {
        limit.onReached = () => task.stop()
      },
    })
    return sink.values
  }
  expect(await silentFor([])).toEqual([])
  expect(await silentFor(['empty'])).toEqual([0, 1, 2, 3, 4].map((at) => ({ newest: 6, time: at + 10 })))
})

test('a partition of which more is to be read is waited for, also where it was silent before', async () => {
  const { spec, sink } = specOf(readings(0))
  /** Gives as many readings as it is asked for, after so long. */
  const slowly = (times: readonly number[], delayMs: number): Source => ({
    ...spec.sources[0]!.source,
    bounded: false,
    open: () => ({
      partitions: () => ['0'],
      openPartition: () => {
        let next = 0
        return {
          async read(max) {
            await sleep(delayMs)
            const values = times.slice(next, next + max).map((at) => ({ id: at, at }))
            next += values.length
            return { values, position: next }
          },
          close() {},
        }
      },
      close() {},
    }),
  })
  const inTime = operator({
    kind: 'inTime',
    key: () => 'all',
    state: {},
    onRecord({ value: given, time }, _cells, out) {
      if (time <= out.watermark) out.late()
      else out.emit(given, time)
    },
  })
  const [read] = spec.sources
  const two: TaskSpec = {
    ...spec,
    sources: [
      { ...read!, name: 'a', source: slowly([1, 105], 30), idleMs: 30_000 },
      { ...read!, name: 'b', source: slowly([2, 100, 200, 300], 2), idleMs: 30_000 },
    ],
    steps: [{ id: 'quiet', from: [[{ name: 'a' }, { name: 'b' }]], run: { operator: inTime }, onError: 'fail' }],
  }
  const limit = new ReadLimit('lab.Readings', { a: { '0': place(1, { idle: true }) }, b: { '0': place(2) } })
  let raised = false
  await runTask(two, {
    limit,
    opened: (task) => {
      limit.onReached = () => {
        if (raised) return task.stop()
        raised = true
        limit.raise({ a: { '0': place(2) }, b: { '0': place(4) } })
      }
    },
  })
  const found = (sink.values as Reading[]).map(({ at }) => at)
  expect(found.toSorted((one, other) => one - other)).toEqual([1, 2, 100, 105, 200, 300])
})
