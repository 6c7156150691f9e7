import { createPorts } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { operator } from '../operator/operator.ts'
import { collectSink } from '../sink/collect.ts'
import type { PartitionReader, Source, SourceBatch } from '../source/source.ts'
import { map } from '../state/cells.ts'
import { openState } from '../state/open-state.ts'
import { memoryCheckpoints, runTask } from '../testing/run-task.ts'
import { reportOf, type SourceReport } from './task-report.ts'
import type { StepSpec } from './task-spec.ts'
import type { Task } from './task.ts'

interface Partition {
  /** The times of its records. */
  readonly times: number[]
  /** It ends behind them. */
  ends?: true
}

/** A source that does not end, of partitions to which a test adds. */
function feed(partitions: Record<string, Partition>) {
  const waiting = new Set<() => void>()
  let changed = () => {}
  const source: Source = {
    kind: 'feed',
    bounded: false,
    guarantees: { replays: true, ordered: true },
    describe: () => ({}),
    open: () => ({
      partitions: () => Object.keys(partitions),
      onPartitions(heard) {
        changed = heard
        return () => {}
      },
      openPartition: (name, position) => readerOf(partitions[name]!, typeof position === 'number' ? position : 0),
      close() {},
    }),
  }
  /** Lets those that wait look again. */
  const added = () => {
    for (const look of waiting) look()
    changed()
  }
  return { source, added }

  function readerOf(partition: Partition, from: number): PartitionReader {
    let next = from
    return {
      async read(max): Promise<SourceBatch | undefined> {
        while (next >= partition.times.length) {
          if (partition.ends) return undefined
          await new Promise<void>((resolve) => {
            const look = () => {
              waiting.delete(look)
              resolve()
            }
            waiting.add(look)
          })
        }
        const times = partition.times.slice(next, next + max)
        next += times.length
        return { values: times, times, position: next }
      },
      close() {},
    }
  }
}

/** Tells each stretch of ten milliseconds when it is over. */
const perTen = operator({
  kind: 'perTen',
  key: () => 'all',
  state: { counts: map(z.int()) },
  onRecord({ time }, { counts }, out) {
    const start = Math.floor(time / 10) * 10
    if (start + 9 <= out.watermark) return out.late()
    counts.set(start, (counts.get(start) ?? 0) + 1)
    out.timer(start + 9)
  },
  onTimer({ time }, { counts }, out) {
    out.emit({ start: time - 9, count: counts.get(time - 9) }, time)
    counts.delete(time - 9)
  },
})

const idleMs = 30_000

/** Which partitions a second source has, and what it says of itself. */
type Other = { readonly partitions: Record<string, Partition>; readonly bounded?: true }

/** A job over the feed, and another one where there is one, that can be killed and begun anew. */
function job(partitions: Record<string, Partition>, before: readonly StepSpec[] = [], other?: Other) {
  const { source, added } = feed(partitions)
  const second = feed(other?.partitions ?? {})
  const sink = collectSink()
  const [store, state] = [memoryCheckpoints(), openState()]
  const time = createVirtualTime(1_000_000)
  const from = [{ name: before.at(-1)?.id ?? 'source' }, ...(other ? [{ name: 'other' }] : [])]
  const read = { disorderMs: 0, decode: 'whole', onError: 'fail' } as const
  const spec = {
    job: 'lab.Feed',
    sources: [
      { ...read, name: 'source', source, idleMs },
      ...(other
        ? [
            {
              ...read,
              name: 'other',
              source: { ...second.source, bounded: other.bounded ?? false },
              ...(!other.bounded && { idleMs }),
            },
          ]
        : []),
    ],
    steps: [...before, { id: 'tens', from: [from], run: { operator: perTen }, onError: 'fail' } as const],
    sinks: [{ name: 'sink', from: { name: 'tens' }, sink }],
  }
  const killed = new Error('killed')
  let task: Task
  let running: Promise<unknown>
  return {
    async start() {
      const { promise: opened, resolve } = Promise.withResolvers<Task>()
      running = runTask(spec, { store, state, ports: createPorts(time), opened: resolve }).catch((thrown: unknown) => {
        if (thrown !== killed) throw thrown
      })
      task = await opened
      await settled()
    },
    async kill() {
      task.abort(killed)
      await running
    },
    async add(name: string, times: readonly number[], ends?: true) {
      const all = other && name in other.partitions ? other.partitions : partitions
      const partition = (all[name] ??= { times: [] })
      partition.times.push(...times)
      if (ends) partition.ends = ends
      added()
      second.added()
      await settled()
      await time.advance(2000)
    },
    async pass(ms: number) {
      await time.advance(ms)
      await settled()
    },
    starts: () => (sink.values as { start: number }[]).map(({ start }) => start),
    source: (): SourceReport => reportOf(task).sources[0]!,
    step: (id: string) => reportOf(task).steps.find(({ step }) => step === id)!,
  }
}

const times = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

test('partitions that fall silent together hold nobody up: what was over for the newest of them is told', async () => {
  const feeding = job({ a: { times: times(0, 10) }, b: { times: times(10, 40) } })
  await feeding.start()
  await feeding.pass(2000)
  expect(feeding.starts()).toEqual([])
  await feeding.pass(idleMs)
  expect(feeding.starts()).toEqual([0, 10, 20])
  expect(feeding.source().watermark).toBe(38)
  await feeding.kill()
})

test('silent partitions are let go after a restart too, where no record comes', async () => {
  const feeding = job({ a: { times: times(0, 10) }, b: { times: times(10, 40) } })
  await feeding.start()
  await feeding.pass(2000)
  await feeding.kill()
  await feeding.start()
  await feeding.pass(idleMs - 1000)
  expect(feeding.starts()).toEqual([])
  await feeding.pass(2500)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
})

test('a watermark does not go back over a restart, and partitions that were silent may speak again before it goes on', async () => {
  const feeding = job({ a: { times: times(0, 10) }, b: { times: times(10, 40) } })
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.source().watermark).toBe(38)
  await feeding.kill()
  await feeding.start()
  expect(feeding.source().watermark).toBe(38)
  expect(feeding.step('tens').watermark).toBe(38)
  await feeding.add('b', times(40, 60))
  expect(feeding.source().watermark).toBe(38)
  await feeding.add('a', times(39, 70))
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20, 30, 40])
  await feeding.kill()
})

test('the watermark of a step that asks does not go back over a restart', async () => {
  const asks = { kind: 'ask', concurrency: 4, ordered: true, ask: ({ value }: { value: unknown }) => ({ value }) }
  const ask: StepSpec = { id: 'ask', from: [[{ name: 'source' }]], run: { asks }, onError: 'fail' }
  const feeding = job({ a: { times: times(0, 10) }, b: { times: times(10, 40) } }, [ask])
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  await feeding.kill()
  await feeding.start()
  await feeding.add('b', [45])
  expect(feeding.step('ask').watermark).toBe(38)
  await feeding.kill()
})

test('a partition that is at its end does not make what comes in others late', async () => {
  const feeding = job({ a: { times: times(0, 20), ends: true } })
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.starts()).toEqual([0])
  await feeding.add('b', times(20, 40), true)
  await feeding.pass(idleMs + 2000)
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
  await feeding.start()
  await feeding.add('c', times(35, 60))
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20, 30, 40])
  await feeding.kill()
})

test('a partition that is silent beside one that is at its end is not taken to be at its end', async () => {
  const feeding = job({ a: { times: times(0, 20), ends: true }, b: { times: times(0, 15) } })
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  await feeding.add('b', times(15, 40))
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
})

test('what was held by a partition that is gone after a restart is told', async () => {
  const partitions: Record<string, Partition> = { a: { times: times(0, 10) }, b: { times: times(10, 40) } }
  const feeding = job(partitions)
  await feeding.start()
  await feeding.pass(2000)
  await feeding.kill()
  delete partitions.a
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
})

test('a partition that is not asked, as a step has no room, is not taken to be silent', async () => {
  const ask = () => new Promise<never>(() => {})
  const slow: StepSpec = {
    id: 'slow',
    from: [[{ name: 'source' }]],
    run: { asks: { kind: 'ask', concurrency: 1, ordered: true, ask } },
    onError: 'fail',
  }
  const feeding = job({ a: { times: times(0, 10) }, b: { times: times(10, 40) } }, [slow])
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.step('slow').isFull).toBe(true)
  expect(feeding.source().partitions.map(({ isIdle }) => isIdle)).toEqual([false, false])
  await feeding.kill()
})

test('a source that is silent as a whole holds up no other one, and may speak again', async () => {
  const feeding = job({ a: { times: times(0, 10) } }, [], { partitions: { b: { times: [5] } } })
  await feeding.start()
  await feeding.add('a', times(10, 30))
  expect(feeding.starts()).toEqual([])
  expect(feeding.step('tens').heldBy).toBe('other')
  await feeding.pass(idleMs - 1000)
  await feeding.add('a', times(30, 45))
  expect(feeding.starts()).toEqual([0, 10, 20, 30])
  expect(feeding.step('tens').heldBy).toBeUndefined()

  await feeding.add('b', [47])
  await feeding.add('a', times(45, 80))
  expect(feeding.step('tens').heldBy).toBe('other')
  expect(feeding.starts()).toEqual([0, 10, 20, 30])
  await feeding.add('b', [70])
  expect(feeding.starts()).toEqual([0, 10, 20, 30, 40, 50, 60])
  expect(feeding.step('tens').late).toBe(0)
  await feeding.kill()
})

test('what comes of a source that was silent, and is behind the others, is late; no watermark goes back', async () => {
  const feeding = job({ a: { times: times(0, 10) } }, [], { partitions: { b: { times: [] } } })
  await feeding.start()
  await feeding.pass(idleMs - 1000)
  await feeding.add('a', times(10, 35))
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.add('b', [3, 33])
  expect(feeding.step('tens')).toMatchObject({ late: 1, watermark: 33 })
  await feeding.kill()
})

test('a source that has no partition yet holds nobody up for longer than one that is silent', async () => {
  const feeding = job({ a: { times: times(0, 10) } }, [], { partitions: {} })
  await feeding.start()
  await feeding.pass(idleMs - 1000)
  expect(feeding.starts()).toEqual([])
  await feeding.add('a', times(10, 35))
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
  await feeding.start()
  await feeding.add('a', times(35, 55))
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.pass(idleMs)
  expect(feeding.starts()).toEqual([0, 10, 20, 30, 40])
  await feeding.kill()
})

test('sources that fall silent together hold nobody up', async () => {
  const feeding = job({ a: { times: times(0, 15) } }, [], { partitions: { b: { times: times(0, 33) } } })
  await feeding.start()
  await feeding.pass(2000)
  expect(feeding.starts()).toEqual([0])
  await feeding.pass(idleMs)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.add('a', [31])
  await feeding.add('b', times(33, 60))
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.add('a', times(45, 100))
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20, 30, 40])
  await feeding.kill()
})

test('a source that is silent beside one that is at its end is not taken to be at its end', async () => {
  const other: Other = { bounded: true, partitions: { b: { times: times(0, 100), ends: true } } }
  const feeding = job({ a: { times: times(0, 15) } }, [], other)
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.starts()).toEqual([0])
  await feeding.add('a', times(15, 45))
  expect(feeding.starts()).toEqual([0, 10, 20, 30])
  expect(feeding.step('tens').late).toBe(0)
  await feeding.kill()
})

test('a source that comes to its end is waited for, however long it is silent', async () => {
  const other: Other = { bounded: true, partitions: { b: { times: [5] } } }
  const feeding = job({ a: { times: times(0, 15) } }, [], other)
  await feeding.start()
  await feeding.add('a', times(15, 45))
  await feeding.pass(10 * idleMs)
  expect(feeding.starts()).toEqual([])
  await feeding.add('b', [39], true)
  expect(feeding.starts()).toEqual([0, 10, 20, 30])
  expect(feeding.step('tens').late).toBe(0)
  await feeding.kill()
})

test('records that a step of a silent source has in hand are waited for', async () => {
  let answer = () => {}
  const ask = ({ value }: { value: unknown }) =>
    new Promise<{ value: unknown }>((resolve) => {
      answer = () => resolve({ value })
    })
  const asks = { kind: 'ask', concurrency: 4, ordered: true, ask }
  const slow: StepSpec = { id: 'slow', from: [[{ name: 'source' }]], run: { asks }, onError: 'fail' }
  const feeding = job({ a: { times: [5] } }, [slow], { partitions: { b: { times: times(0, 10) } } })
  await feeding.start()
  await feeding.pass(idleMs - 1000)
  await feeding.add('b', times(10, 35))
  expect(feeding.source().isSilent).toBe(true)
  expect(feeding.starts()).toEqual([])
  answer()
  await feeding.pass(2000)
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
})
