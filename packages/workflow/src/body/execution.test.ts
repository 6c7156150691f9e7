import { app } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ask, listNotes, notesParts, openNotes, write } from '../../fixtures/notes.ts'
import { newFolder } from '../../fixtures/placed-orders.ts'
import { standing, storeOf } from '../../fixtures/over-versions.ts'
import { runsOf, workflow } from '../index.ts'

const nothing = z.object({})

test('a step that fails for now is tried again when its failure says so, and its failure at last is the run’s', async () => {
  const twice = workflow('notes.Twice', {
    input: nothing,
    output: z.object({ text: z.string() }),
    steps: [ask],
    run: ({ step }) => step('ask', ask, { text: 'hello' }, { attempts: 3 }),
  })
  const time = createVirtualTime()
  const begunAt = time.clock.now()
  const askedAt: number[] = []
  const { open } = await openNotes([twice], {
    time,
    async outside() {
      askedAt.push(time.clock.now() - begunAt)
      return askedAt.length < 3 ? 'busy' : 'well'
    },
  })
  const run = await runsOf(open).start(twice, {})
  await time.advance(30_000)
  expect(await run.outcome()).toEqual({ ok: true, value: { text: 'well' } })
  expect(askedAt).toEqual([0, 2000, 6000])

  const other = await openNotes([twice], { time, outside: async () => 'busy' })
  const failing = await runsOf(other.open).start(twice, {})
  await time.advance(60_000)
  expect(await failing.outcome()).toMatchObject({ ok: false, errors: [{ code: 'Busy' }] })
  await open.close()
  await other.open.close()
})

test('a step that only reads is recorded too: a run that goes on later has the answer that it had', async () => {
  const read = workflow('notes.Read', {
    input: nothing,
    output: z.array(z.string()),
    steps: [listNotes, write],
    signals: { on: nothing },
    async run({ step, signal }) {
      const before = await step('before', listNotes, {})
      await step('write', write, { text: 'a' })
      await signal('on')
      return before
    },
  })
  const folder = newFolder()
  const opened = async () => {
    const open = await app('notes', { parts: [read, ...notesParts()], database: sqlite() }).open({ folder })
    await open.start()
    return open
  }
  const first = await opened()
  const { run } = await runsOf(first).start(read, {})
  for await (const { state } of first.stream(read.ways.watch, { run })) if (state === 'waiting') break
  await first.close()
  const second = await opened()
  await runsOf(second).signal(run, 'on', {})
  expect(await runsOf(second).outcome(run)).toEqual({ ok: true, value: [] })
  await second.close()
})

test('a key that is used twice parks the run and names the key', async () => {
  const same = workflow('notes.Same', {
    input: nothing,
    output: nothing,
    steps: [write],
    async run({ step }) {
      await step('note', write, { text: 'a' })
      await step('note', write, { text: 'b' })
      return {}
    },
  })
  const { open, time, notes } = await openNotes([same])
  const run = await runsOf(open).start(same, {})
  const waiting = run.outcome()
  await time.advance(10)
  expect(await standing(open, run.run)).toMatchObject({ state: 'parked', facts: { at: 'note' } })
  // Whoever waits for it hears why nothing comes, also who asks afterwards.
  const told = { ok: false, errors: [{ code: 'RunHalted', data: { run: run.run, state: 'parked', at: 'note' } }] }
  expect(await waiting).toMatchObject(told)
  expect(await run.outcome()).toMatchObject(told)
  expect(await open.call(same.ways.awaits, { run: run.run })).toMatchObject(told)
  expect(await notes()).toEqual(['a'])
  await open.close()
})

test('a step that is not listed parks the run', async () => {
  const sly = workflow('notes.Sly', {
    input: nothing,
    output: nothing,
    steps: [ask],
    async run({ step }) {
      await step('write', write as never, { text: 'a' } as never)
      return {}
    },
  })
  const { open, time, notes } = await openNotes([sly])
  const run = await runsOf(open).start(sly, {})
  await time.advance(10)
  expect(await standing(open, run.run)).toMatchObject({ state: 'parked', facts: { at: 'write' } })
  expect(await notes()).toEqual([])
  await open.close()
})

test('a step whose code throws three times parks the run at it', async () => {
  const broken = workflow('notes.Broken', {
    input: nothing,
    output: nothing,
    steps: [ask],
    async run({ step }) {
      await step('ask', ask, { text: 'a' })
      return {}
    },
  })
  let asked = 0
  const outside = async () => {
    asked++
    throw new TypeError('a mistake')
  }
  const { open, time } = await openNotes([broken], { outside })
  const run = await runsOf(open).start(broken, {})
  await time.advance(60_000)
  expect(await standing(open, run.run)).toMatchObject({ state: 'parked', facts: { at: 'ask' } })
  expect(asked).toBe(3)
  await open.close()
})

test('a timer ends a race although a step of another branch is still at work, and that is told to stop', async () => {
  const patient = workflow('notes.Patient', {
    input: nothing,
    output: z.object({ winner: z.string() }),
    steps: [ask, write],
    async run({ race, step }) {
      const { winner } = await race('first', {
        async answer(inner) {
          await inner.step('ask', ask, { text: 'slow' })
          await inner.step('late', write, { text: 'late' })
        },
        late: (inner) => inner.sleep('patience', '5s'),
      })
      await step('after', write, { text: winner })
      return { winner }
    },
  })
  let stopped = 0
  const outside = (_text: string, signal: AbortSignal) =>
    new Promise<string>((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        stopped++
        reject(signal.reason as Error)
      }),
    )
  const { open, time, notes } = await openNotes([patient], { outside })
  const run = await runsOf(open).start(patient, {})
  await time.advance(6000)
  expect(await run.outcome()).toEqual({ ok: true, value: { winner: 'late' } })
  expect(await notes()).toEqual(['late'])
  expect(stopped).toBe(1)
  await open.close()
})

test('a long timer is written down while another branch is busy', async () => {
  const busy = workflow('notes.Busy', {
    input: nothing,
    output: nothing,
    steps: [ask],
    async run({ all }) {
      await all({ ask: (inner) => inner.step('ask', ask, { text: 'a' }), wait: (inner) => inner.sleep('year', '365d') })
      return {}
    },
  })
  const { open, time } = await openNotes([busy], { outside: () => new Promise(() => undefined) })
  const run = await runsOf(open).start(busy, {})
  await time.advance(10)
  expect(await standing(open, run.run)).toMatchObject({ state: 'running' })
  const { entries } = await storeOf(open).journal('main', run.run)
  expect(entries).toMatchObject([{ key: 'wait/year', kind: 'timer' }])
})

test('what was sent before it is asked for is not lost, and each is taken once, in its order', async () => {
  const letters = workflow('notes.Letters', {
    input: nothing,
    output: z.object({ all: z.array(z.string()), none: z.boolean() }),
    signals: { letter: z.object({ text: z.string() }) },
    async run({ sleep, signal }) {
      await sleep('night', '8h')
      const first = await signal('letter')
      const second = await signal('letter', { id: 'second' })
      const third = await signal('letter', { id: 'third', timeout: '1h' })
      return { all: [first.text, second.text], none: third === undefined }
    },
  })
  const { open, time } = await openNotes([letters])
  const run = await runsOf(open).start(letters, {})
  await runsOf(open).signal(run.run, 'letter', { text: 'a' })
  await runsOf(open).signal(run.run, 'letter', { text: 'b' })
  await time.advance(10 * 3_600_000)
  expect(await run.outcome()).toEqual({ ok: true, value: { all: ['a', 'b'], none: true } })
  await open.close()
})
