import { type DeadLetter, type NewDeadLetter, seededRandom } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { numbered, runThroughDeaths, saleTask, step } from '../../fixtures/sale-task.ts'
import { operator } from '../operator/operator.ts'
import { collectSink } from '../sink/collect.ts'
import type { Sink } from '../sink/sink.ts'
import { listSource } from '../source/list.ts'
import { map } from '../state/cells.ts'
import { openState } from '../state/open-state.ts'
import { type MemoryCheckpoints, memoryCheckpoints, runTask, type RunTaskOptions } from '../testing/run-task.ts'
import type { CheckpointCommit } from './checkpoint.ts'
import type { StepSpec, TaskSpec } from './task-spec.ts'

interface Sale {
  readonly id: number
  readonly shop: string
  readonly at: Date
}

const sales = (count: number): Sale[] =>
  Array.from({ length: count }, (_, id) => ({ id, shop: `shop-${id % 3}`, at: new Date(id * 10) }))

/** Letters beside checkpoints: a commit changes both, or nothing. */
function keepingLetters(): MemoryCheckpoints & { readonly letters: Map<string, DeadLetter>; queue(): void } {
  const store = memoryCheckpoints()
  const letters = new Map<string, DeadLetter>()
  const keep = (given: readonly NewDeadLetter[]) => {
    for (const { again, ...letter } of given) {
      const id = again?.id ?? `00000000-0000-7000-8000-${String(letters.size).padStart(12, '0')}`
      letters.set(id, { ...letter, id, at: 0, replays: again?.replays ?? 0 })
    }
  }
  return {
    letters,
    commits: store.commits,
    get newest() {
      return store.newest
    },
    commit(commit: CheckpointCommit) {
      store.commit(commit)
      keep(commit.letters)
      for (const id of commit.replayed) letters.delete(id)
    },
    queued: (limit) => [...letters.values()].filter(({ queuedFor }) => queuedFor !== undefined).slice(0, limit),
    putBack: keep,
    queue() {
      for (const letter of letters.values()) letters.set(letter.id, { ...letter, queuedFor: 'shop.Sales' })
    },
  }
}

/**
 * A task whose first step refuses every fifth sale until it is mended.
 * @param later the steps behind it: the first of them reads "refusing"
 * @param sides where side outputs go
 */
function refusingTask(later: readonly StepSpec[] = [], sink: Sink = collectSink(), sides: TaskSpec['sinks'] = []) {
  let isBroken = true
  const refusing = operator({
    kind: 'refusing',
    onRecord({ value: given, time, weight, key }, _cells, out) {
      const { id, at } = given as Sale
      if (isBroken && id % 5 === 0) throw new Error(`no ${id}`)
      expect(at).toBeInstanceOf(Date)
      out.emit({ ...(given as Sale), seen: { time, weight, key: key ?? null } }, time)
    },
  })
  const steps = [step('refusing', 'source', { operator: refusing }, 'deadLetter'), ...later]
  const task = saleTask(listSource(sales(100)), steps, sink)
  const spec: TaskSpec = { ...task, sinks: [...task.sinks, ...sides] }
  const kept = { store: keepingLetters(), state: openState() }
  return {
    spec,
    ...kept,
    run: (settings: RunTaskOptions['settings'] = {}) => runTask(spec, { ...kept, settings }),
    /** It refuses no more, and takes what it refused when it runs next. */
    mend() {
      isBroken = false
      kept.store.queue()
    },
  }
}

const idsOf = (values: readonly unknown[]) =>
  values.map((one) => (one as Sale).id).toSorted((one, other) => one - other)

test('the record of a step goes into this step again, as it was: with its dates and its time', async () => {
  const sink = collectSink()
  const { store, run, mend } = refusingTask([step('numbered', 'refusing', { operator: numbered })], sink)
  await run()
  expect(store.letters.size).toBe(20)
  expect(idsOf(sink.values)).toHaveLength(80)
  mend()
  await run()
  expect(store.letters.size).toBe(0)
  expect(idsOf(sink.values)).toEqual(sales(100).map(({ id }) => id))
  const [first] = sink.records.slice(80)
  expect(first).toMatchObject({
    id: 'source/0/0@refusing/00000000-0000-7000-8000-000000000000/0',
    time: 0,
    value: { id: 0, at: new Date(0), number: 28, seen: { time: 0, weight: 1 } },
  })
  // In the order in which they failed.
  expect(sink.values.slice(80).map((one) => (one as Sale).id)).toEqual(Array.from({ length: 20 }, (_, n) => n * 5))
})

test('letters that fail again come back with their attempts counted, are no new ones, and spend no budget', async () => {
  const { store, run } = refusingTask()
  await run()
  const before = [...store.letters.keys()]
  store.queue()
  await run({ errors: { budget: 1, perMs: 1e9 } })
  expect([...store.letters.keys()]).toEqual(before)
  expect([...store.letters.values()].every(({ replays, queuedFor }) => replays === 1 && !queuedFor)).toBe(true)
  expect(store.newest!.counts.letters).toBe(20)
  expect([...store.letters.values()][1]).toMatchObject({ origin: 'source/0/5', input: { id: 5 } })
})

test.for(['transactional', 'idempotent', 'staged'] as const)(
  'a process that dies anywhere takes each letter once, into a sink that is %s',
  async (delivery) => {
    let deaths = 0
    for (let seed = 1; seed <= 10; seed++) {
      const random = seededRandom(seed)
      const sink = collectSink({ delivery })
      const later = [step('numbered', 'refusing', { operator: numbered })]
      const { spec, store, state, run, mend } = refusingTask(later, sink)
      await run()
      mend()
      const settings = { checkpointMs: 0, latencyMs: 0, batch: 4 }
      deaths += await runThroughDeaths(spec, { chance: 0.2, most: 20, random, store, state, settings })
      expect(store.letters.size).toBe(0)
      expect(idsOf(sink.values)).toEqual(sales(100).map(({ id }) => id))
      // Each was counted once by its shop.
      const numbers = (sink.values as (Sale & { number: number })[]).filter(({ shop }) => shop === 'shop-0')
      expect(numbers.map(({ number }) => number).toSorted((one, other) => one - other)).toEqual(
        Array.from({ length: 34 }, (_, n) => n + 1),
      )
    }
    expect(deaths).toBeGreaterThan(10)
  },
)

test('a record whose window is over goes to the side output for late ones', async () => {
  const windows = operator({
    kind: 'windows',
    key: () => 'all',
    state: { windows: map(z.int()) },
    sides: ['late'],
    onRecord({ value: given, time }, cells, out) {
      const start = Math.floor(time / 100) * 100
      if (start + 99 <= out.watermark) {
        out.late()
        return out.side('late', given, time)
      }
      if (!cells.windows.has(start)) out.timer(start + 99)
      cells.windows.set(start, (cells.windows.get(start) ?? 0) + 1)
    },
    onTimer({ time }, cells, out) {
      out.emit({ id: time, count: cells.windows.get(time - 99) }, time)
    },
  })
  const [told, late] = [collectSink(), collectSink()]
  const sides = [{ name: 'late', from: { name: 'windows', side: 'late' }, sink: late }]
  const { run, mend } = refusingTask([step('windows', 'refusing', { operator: windows })], told, sides)
  await run()
  mend()
  await run()
  expect(idsOf(late.values)).toEqual(Array.from({ length: 20 }, (_, n) => n * 5))
  expect(told.values).toHaveLength(10)
})

test('a letter that ends the job in a later step goes back, so that the job can go on without it', async () => {
  const sink = collectSink()
  const strict = operator({
    kind: 'strict',
    onRecord({ value: given, time }, _cells, out) {
      if ((given as Sale).id === 10) throw new Error('not ten')
      out.emit(given, time)
    },
  })
  const { store, run, mend } = refusingTask([step('strict', 'refusing', { operator: strict })], sink)
  await run()
  mend()
  await expect(run()).rejects.toMatchObject({ code: 'RecordFailed', retry: { afterMs: 0 } })
  await run()
  expect([...store.letters.values()]).toMatchObject([
    { command: 'shop.Sales/refusing', input: { id: 10 }, replays: 1, errors: [{ code: 'RecordFailed' }] },
  ])
  expect(idsOf(sink.values)).toEqual(sales(100).flatMap(({ id }) => (id === 10 ? [] : [id])))
})

test('a letter whose step is gone, or whose text was cut, says why it cannot be taken', async () => {
  const store = keepingLetters()
  const state = openState()
  const letter = (command: string, input: unknown, record: NewDeadLetter['record']) =>
    ({ tenant: '', command: `shop.Sales/${command}`, input, errors: [], record }) satisfies NewDeadLetter
  await store.putBack!([
    letter('gone', { id: 1 }, { of: 'step', name: 'source/0/1' }),
    letter('source', 'x'.repeat(8192), { of: 'source', name: 'sales.ndjson:1' }),
    letter('source', '{"id":', { of: 'source', name: 'sales.ndjson:2' }),
    letter('source', { id: 7, at: null }, { of: 'source', name: 'source/0/7', isRead: true }),
    letter('sink', { id: 1 }, undefined),
  ])
  store.queue()
  const spec = saleTask(listSource([]), [step('numbered', 'source', { operator: numbered })], collectSink())
  await runTask(spec, { store, state })
  expect([...store.letters.values()].map(({ errors: [error] }) => `${error?.code}: ${error?.message}`)).toEqual([
    expect.stringMatching(/^LetterNotCallable: .* its step is not there any more\.$/),
    expect.stringMatching(/^LetterNotCallable: .* it is longer than what is kept of it, 8192 characters\.$/),
    expect.stringMatching(/^MalformedInput: /),
    expect.stringMatching(/^NoEventTime: .*null is no time/),
    expect.stringMatching(/^LetterNotCallable: .* not enough of it was kept\.$/),
  ])
})
