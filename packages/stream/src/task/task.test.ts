import { createPorts, seededRandom } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { numbered, runThroughDeaths, saleTask, step } from '../../fixtures/sale-task.ts'
import { operator } from '../operator/operator.ts'
import { filterOperator } from '../operators/filter.ts'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'
import { openState } from '../state/open-state.ts'
import { map } from '../state/cells.ts'
import { memoryCheckpoints, runTask } from '../testing/run-task.ts'
import type { Sink } from '../sink/sink.ts'
import type { Source } from '../source/source.ts'
import type { Task } from './task.ts'
import type { StepSpec, TaskSpec } from './task-spec.ts'

interface Sale {
  readonly id: number
  readonly shop: string
  readonly cents: number
  readonly at: number
}

const sales = (count: number, seed = 1): Sale[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, id) => ({
    id,
    shop: `shop-${Math.floor(random.next() * 7)}`,
    cents: Math.floor(random.next() * 1000),
    at: id * 10 - Math.floor(random.next() * 50),
  }))
}

/** Counts in stretches of a thousand milliseconds. */
const perSecond = operator({
  kind: 'perSecond',
  key: (sale) => (sale as Sale).shop,
  state: { windows: map(z.object({ count: z.int(), cents: z.int() })) },
  onRecord({ value: given, time }, { windows }, out) {
    const start = Math.floor(time / 1000) * 1000
    if (start + 999 <= out.watermark) return out.late()
    const known = windows.get(start)
    if (!known) out.timer(start + 999)
    const { count, cents } = known ?? { count: 0, cents: 0 }
    windows.set(start, { count: count + 1, cents: cents + (given as Sale).cents })
  },
  onTimer({ time }, { windows }, out) {
    const start = time - 999
    out.emit({ shop: out.key, start, ...windows.get(start)! }, time, 1, `${String(out.key)}/${start}`)
    windows.delete(start)
  },
})

const specOf = (source: Source, steps: StepSpec[], sink: Sink, last?: string): TaskSpec =>
  saleTask(source, steps, sink, { last, disorderMs: 50 })

const counted = (given: Sale[]) => {
  const windows = new Map<string, { shop: string; start: number; count: number; cents: number }>()
  for (const { shop, cents, at } of given) {
    const start = Math.floor(at / 1000) * 1000
    const key = `${shop} ${start}`
    const known = windows.get(key) ?? { shop, start, count: 0, cents: 0 }
    windows.set(key, { ...known, count: known.count + 1, cents: known.cents + cents })
  }
  return [...windows.values()]
}

const sorted = (values: readonly unknown[]) => values.map((one) => JSON.stringify(one)).toSorted()

const keep = filterOperator({ condition: (sale) => (sale as Sale).cents >= 100 })

test('records go through the steps into the sink, and windows end with the watermark', async () => {
  const given = sales(5000)
  const sink = collectSink()
  const spec = specOf(
    listSource(given),
    [step('big', 'source', { operator: keep }), step('sums', 'big', { operator: perSecond })],
    sink,
  )
  expect(await runTask(spec)).toBe('ended')
  expect(sorted(sink.values)).toEqual(sorted(counted(given.filter(({ cents }) => cents >= 100))))
  // Each has a name that does not depend on batches.
  expect(sink.records.every(({ id }) => /^sums\/shop-\d\/-?\d+$/.test(id))).toBe(true)
})

test.for(['transactional', 'idempotent', 'staged'] as const)(
  'a process that dies anywhere changes nothing of what a sink that is %s gets',
  async (delivery) => {
    let allDeaths = 0
    for (let seed = 1; seed <= 12; seed++) {
      const random = seededRandom(seed)
      const given = sales(2000, seed)
      const sink = collectSink({ delivery })
      const spec = specOf(listSource(given), [step('numbered', 'source', { operator: numbered })], sink)
      const settings = { checkpointMs: 0, latencyMs: 0, outbox: 100, batch: 60 }
      const [store, state] = [memoryCheckpoints(), openState()]
      allDeaths += await runThroughDeaths(spec, { chance: 0.15, most: 40, random, store, state, settings })
      const seen = new Map<string, number>()
      const expected = given.map((sale) => {
        seen.set(sale.shop, (seen.get(sale.shop) ?? 0) + 1)
        return { ...sale, number: seen.get(sale.shop) }
      })
      expect(sink.values).toEqual(expected)
    }
    expect(allDeaths).toBeGreaterThan(10)
  },
)

test('what a step fails with becomes a dead letter of the checkpoint, with its place', async () => {
  const given = sales(10)
  const broken = operator({
    kind: 'broken',
    onRecord({ value: sale, time }, _cells, out) {
      if ((sale as Sale).id === 3) throw new Error('no such shop')
      out.emit((sale as Sale).id, time)
    },
  })
  const sink = collectSink()
  const store = memoryCheckpoints()
  const spec = specOf(listSource(given), [step('look', 'source', { operator: broken }, 'deadLetter')], sink)
  await runTask(spec, { store })
  expect(sink.values).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9])
  const letters = store.commits.flatMap((commit) => commit.letters)
  expect(letters).toMatchObject([
    {
      command: 'shop.Sales/look',
      origin: 'source/0/3',
      input: { id: 3 },
      errors: [{ code: 'RecordFailed', message: expect.stringContaining('no such shop') }],
    },
  ])

  const failing = specOf(listSource(given), [step('look', 'source', { operator: broken })], collectSink())
  await expect(runTask(failing)).rejects.toMatchObject({
    code: 'RecordFailed',
    data: { step: 'look', id: 'source/0/3' },
  })
})

test('more dead letters than the budget end the job behind a checkpoint that holds them, and it goes on from there', async () => {
  let isBroken = true
  const broken = operator({
    kind: 'broken',
    onRecord({ value, time }, _cells, out) {
      if (isBroken) throw new Error('never')
      out.emit(value, time)
    },
  })
  const sink = collectSink()
  const spec = specOf(listSource(sales(100)), [step('look', 'source', { operator: broken }, 'deadLetter')], sink)
  const store = memoryCheckpoints()
  const state = openState()
  const settings = { errors: { budget: 10, perMs: 60_000 }, batch: 4 }
  await expect(runTask(spec, { settings, store, state })).rejects.toMatchObject({
    code: 'ErrorBudgetSpent',
    data: { budget: 10 },
  })
  const letters = store.commits.flatMap((commit) => commit.letters)
  expect(letters.length).toBeGreaterThan(10)
  expect(letters.length).toBeLessThan(20)
  isBroken = false
  await runTask(spec, { settings, store, state })
  expect(sink.values).toHaveLength(100 - letters.length)
})

test('a record without an event time is a dead letter of its source', async () => {
  const sink = collectSink()
  const store = memoryCheckpoints()
  const given = [{ id: 1, at: 5 }, { id: 2 }, { id: 3, at: '1970-01-01T00:00:00.007Z' }]
  const spec = specOf(
    listSource(given),
    [step('all', 'source', { operator: filterOperator({ condition: () => true }) })],
    sink,
  )
  await runTask(spec, { store })
  expect(sink.records.map(({ value: one, time }) => [(one as Sale).id, time])).toEqual([
    [1, 5],
    [3, 7],
  ])
  expect(store.commits.flatMap(({ letters }) => letters)).toMatchObject([
    { command: 'shop.Sales/source', origin: 'source/0/1', errors: [{ code: 'NoEventTime' }] },
  ])
})

test('an asynchronous step keeps the order, holds watermarks back, and is not asked for more than it takes', async () => {
  const given = sales(3000)
  for (const ordered of [true, false]) {
    const random = seededRandom(4)
    let running = 0
    let most = 0
    const asks = {
      kind: 'call',
      concurrency: 8,
      ordered,
      async ask({ value: sale }: { value: unknown }) {
        most = Math.max(most, ++running)
        for (let turn = random.next() * 5; turn > 0; turn--) await Promise.resolve()
        running--
        return (sale as Sale).cents % 10 === 0 ? ('dropped' as const) : { value: sale }
      },
    }
    const sink = collectSink()
    const steps = [step('ask', 'source', { asks }), step('sums', 'ask', { operator: perSecond })]
    const settings = { checkpointMs: 0, batch: 64 }
    await runTask(specOf(listSource(given), steps, sink), { settings, random: seededRandom(9) })
    expect(sorted(sink.values)).toEqual(sorted(counted(given.filter(({ cents }) => cents % 10 !== 0))))
    expect(most).toBe(8)

    if (!ordered) continue
    const all = collectSink()
    await runTask(specOf(listSource(given), [step('ask', 'source', { asks })], all), { random: seededRandom(9) })
    expect(all.values).toEqual(given.filter(({ cents }) => cents % 10 !== 0))
  }
})

test('a sink without room holds the sources back', async () => {
  let offered = 0
  const counting = {
    length: 100_000,
    at: (index: number) => {
      offered++
      return { id: index, shop: 'a', cents: 1, at: index }
    },
  }
  let taken = 0
  let free: () => void = () => {}
  const sink = collectSink({
    delivery: 'plain',
    room: async (records) => {
      taken += records.length
      if (taken > 1000) await new Promise<void>((resolve) => (free = resolve))
    },
  })
  const spec = specOf(
    listSource(counting),
    [step('all', 'source', { operator: filterOperator({ condition: () => true }) })],
    sink,
  )
  let stop = () => {}
  const running = runTask(spec, { settings: { batch: 256 }, opened: (task) => (stop = () => task.stop()) })
  await expect.poll(() => taken).toBeGreaterThan(1000)
  expect(offered).toBeLessThan(3000)
  stop()
  free()
  expect(await running).toBe('stopped')
  expect(sink.values).toHaveLength(taken)
})

test('partitions are read in the order of their event times, and the one behind holds the watermark', async () => {
  const given = sales(2000)
  const halves = { even: given.filter(({ id }) => id % 2 === 0), odd: given.filter(({ id }) => id % 2 === 1) }
  for (let seed = 1; seed <= 5; seed++) {
    const sink = collectSink()
    const spec = specOf(listSource(halves), [step('sums', 'source', { operator: perSecond })], sink)
    await runTask(spec, { random: seededRandom(seed) })
    expect(sorted(sink.values)).toEqual(sorted(counted(given)))
  }
})

test('a stopped task goes on where it was, with the rest', async () => {
  const given = sales(20_000)
  const sink = collectSink()
  const store = memoryCheckpoints()
  const state = openState()
  const spec = specOf(listSource(given), [step('numbered', 'source', { operator: numbered })], sink)
  let ends = 0
  for (;;) {
    ends++
    const end = await runTask(spec, {
      store,
      state,
      settings: { batch: 2000 },
      opened: (task) => ends < 4 && task.stop(),
    })
    if (end === 'ended') break
  }
  expect(sink.values).toHaveLength(given.length)
})

test('a batch becomes no larger than what can be read and worked on in its time', async () => {
  let ms = 0
  const asked: number[] = []
  const list = listSource(sales(3000))
  const source: Source = {
    ...list,
    async open(host) {
      const opened = await list.open(host)
      return {
        ...opened,
        async openPartition(partition, position) {
          const reader = await opened.openPartition(partition, position)
          // Decoding takes a millisecond for each record, and the steps none.
          const read = (max: number) => {
            asked.push(max)
            ms += max
            return reader.read(max)
          }
          return { ...reader, read }
        },
      }
    },
  }
  const sink = collectSink()
  const spec: TaskSpec = {
    job: 'shops.Slow',
    sources: [{ name: 'source', source, disorderMs: 0, decode: 'whole', onError: 'fail' }],
    steps: [],
    sinks: [{ name: 'sink', from: { name: 'source' }, sink }],
  }
  await runTask(spec, { ports: createPorts({ clock: { now: () => ms } }) })
  expect(sink.values).toHaveLength(3000)
  expect(asked.slice(0, 6)).toEqual([256, 128, 64, 32, 16, 16])
  expect(asked.at(-1)).toBe(16)
})

test('what a step is answered while a sink takes its time is part of the checkpoint, too', async () => {
  let [answerFirst, answerSecond] = [() => {}, () => {}]
  const asks = (waiting: Promise<void>): StepSpec['run'] => ({
    asks: {
      kind: 'ask',
      concurrency: 2,
      ordered: true,
      ask: ({ value: given }) => waiting.then(() => ({ value: given })),
    },
  })
  const first = asks(new Promise((resolve) => (answerFirst = resolve)))
  const second = asks(new Promise((resolve) => (answerSecond = resolve)))
  const written: unknown[] = []
  const sinkOf = (write: () => Promise<void> | void): Sink => ({
    ...collectSink(),
    delivery: 'plain',
    open: () => ({ write, close() {} }),
  })
  const slow = sinkOf(async () => {
    answerSecond()
    await new Promise((resolve) => setImmediate(resolve))
  })
  const other = sinkOf(() => void written.push(1))
  const spec = specOf(listSource(sales(1)), [step('one', 'source', first), step('two', 'source', second)], slow, 'one')
  const sinks = [...spec.sinks, { name: 'other', from: { name: 'two' }, sink: other }]
  const opened = (task: Task) => {
    setImmediate(() => {
      task.stop()
      answerFirst()
    })
  }
  const endless = { ...spec.sources[0]!, source: { ...spec.sources[0]!.source, bounded: false } }
  await runTask({ ...spec, sources: [endless], sinks }, { opened })
  expect(written).toEqual([1])
})
