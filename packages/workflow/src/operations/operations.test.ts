import { command, type OpenApp, pii } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newFolder, ordersApp, placeOrder } from '../../fixtures/placed-orders.ts'
import { type AnyWorkflow, queue, workflow } from '../index.ts'
import {
  awaitAnyRun,
  explainRun,
  forkRun,
  listRuns,
  pauseRun,
  resetRun,
  resumeRun,
  retryRun,
  showRun,
} from './index.ts'

/** Fails until the road is open. */
const road = { isOpen: false }
const drive = command('orders.Drive', {
  input: z.object({ to: z.string() }),
  output: z.object({ to: z.string() }),
  errors: { RoadClosed: z.object({ to: z.string() }) },
  run: ({ input, fail }) => (road.isOpen ? input : fail.RoadClosed(input)),
})
const pack = command('orders.Pack', {
  input: z.object({ name: pii(z.string()) }),
  output: z.object({ label: pii(z.string()), boxes: z.int() }),
  run: ({ input }) => ({ label: `for ${input.name}`, boxes: 2 }),
})
const deliver = workflow('orders.Deliver', {
  input: z.object({ to: z.string(), name: pii(z.string()) }),
  output: z.object({ to: z.string() }),
  steps: [drive, pack],
  async run({ input, step, sleep }) {
    await step('pack', pack, { name: input.name })
    if (input.to === 'later') await sleep('night', '8h')
    return step('drive', drive, { to: input.to })
  },
})
const throwing = workflow('orders.Throw', {
  input: z.object({}),
  output: z.object({}),
  async run() {
    throw new TypeError('a mistake')
  },
})

const oven = queue('oven', { concurrency: 1 })
const heat = command('orders.Heat', {
  input: z.object({}),
  output: z.object({}),
  run: ({ ctx }) => ctx.sleep(60_000).then(() => ({})),
})
const bake = workflow('orders.Bake', {
  input: z.object({ order: z.string() }),
  output: z.object({}),
  queue: 'oven',
  steps: [heat],
  run: ({ step }) => step('heat', heat, {}),
})

async function opened(): Promise<OpenApp> {
  road.isOpen = false
  const environment = { HEDDLE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` }
  const app = await ordersApp([deliver, throwing, oven, bake]).open({ folder: newFolder(), environment })
  await app.start()
  return app
}
const start = async (app: OpenApp, to: string) => (await app.callOrThrow(deliver.command, { to, name: 'Ada' })).run

/** Waits until a run is in a state. */
async function reached(app: OpenApp, { ways }: AnyWorkflow, run: string, state: string): Promise<void> {
  for await (const status of app.stream(ways.watch, { run })) if (status.state === state) return
}

test('runs are listed with the newest first, by workflow and state, a page at a time', async () => {
  const app = await opened()
  const ids: string[] = []
  for (const to of ['rome', 'bonn', 'oslo']) {
    const run = await start(app, to)
    await app.call(awaitAnyRun, { run })
    ids.unshift(run)
    await app.callOrThrow(listRuns, {})
  }
  const { runs } = await app.callOrThrow(listRuns, { workflow: 'orders.Deliver' })
  expect(runs.map(({ run }) => run)).toEqual(ids)
  const first = await app.callOrThrow(listRuns, { limit: 2 })
  const second = await app.callOrThrow(listRuns, { limit: 2, after: first.next })
  expect([...first.runs, ...second.runs].map(({ run }) => run)).toEqual(ids)
  expect(second.next).toBeUndefined()
  expect((await app.callOrThrow(listRuns, { states: ['succeeded'] })).runs).toEqual([])
  expect((await app.callOrThrow(listRuns, { states: ['failed'] })).runs).toHaveLength(3)
  await app.close()
})

test('a run is shown with its journal, and what is marked in it is masked', async () => {
  const app = await opened()
  const run = await start(app, 'rome')
  await app.call(awaitAnyRun, { run })
  const shown = await app.callOrThrow(showRun, { run })
  expect(shown).toMatchObject({
    state: 'failed',
    input: { to: 'rome', name: '•••' },
    journal: [
      { key: 'pack', kind: 'step', command: 'orders.Pack', ok: true, value: { label: '•••', boxes: 2 } },
      { key: 'drive', kind: 'step', command: 'orders.Drive', ok: false, error: { code: 'RoadClosed' } },
    ],
    more: 0,
  })
  expect(JSON.stringify(shown)).not.toContain('Ada')
  expect(await app.callOrThrow(showRun, { run, limit: 1 })).toMatchObject({ journal: [{ key: 'pack' }], more: 1 })
  await app.close()
})

test('a run that failed is retried from the step that failed, and the others are not called again', async () => {
  const app = await opened()
  const run = await start(app, 'rome')
  expect(await app.call(awaitAnyRun, { run })).toMatchObject({ ok: false, errors: [{ code: 'RoadClosed' }] })
  expect((await app.callOrThrow(explainRun, { run })).because[0]).toContain('failed with RoadClosed')
  road.isOpen = true
  await app.callOrThrow(retryRun, { run })
  expect(await app.call(awaitAnyRun, { run })).toEqual({ ok: true, value: { value: { to: 'rome' } } })
  const { journal } = await app.callOrThrow(showRun, { run })
  expect(journal.map(({ key, ok }) => [key, ok])).toEqual([
    ['pack', true],
    ['drive', true],
  ])
  expect(await app.call(retryRun, { run })).toMatchObject({ ok: false, errors: [{ code: 'WrongRunState' }] })
  await app.close()
})

test('a run that has undone what it did, or that failed by its own decision, cannot be retried', async () => {
  const app = await opened()
  const { run } = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 })
  await app.callOrThrow(placeOrder.ways.signals.approved!, { run, data: { by: 'Eve', refuse: true } })
  await app.call(awaitAnyRun, { run })
  expect(await app.call(retryRun, { run })).toMatchObject({ ok: false, errors: [{ code: 'CannotRetry' }] })
  const forked = await app.callOrThrow(forkRun, { run })
  expect(forked.entries).toBe(0)
  await app.callOrThrow(placeOrder.ways.signals.approved!, { run: forked.run, data: { by: 'Bob' } })
  expect(await app.call(awaitAnyRun, { run: forked.run })).toMatchObject({ ok: true })
  await app.close()
})

test('a paused run holds until it is resumed, and is explained meanwhile', async () => {
  const app = await opened()
  const { run } = await app.callOrThrow(placeOrder.command, { order: 'o1', cents: 5 })
  await reached(app, placeOrder, run, 'waiting')
  expect(await app.callOrThrow(explainRun, { run })).toMatchObject({
    state: 'waiting',
    because: ['At approved it waits for the signal approved.'],
    help: `Send it: heddle runs signal ${run} approved`,
  })
  await app.callOrThrow(pauseRun, { run, because: 'the card company is down' })
  await app.callOrThrow(placeOrder.ways.signals.approved!, { run, data: { by: 'Bob' } })
  expect(await app.callOrThrow(explainRun, { run })).toMatchObject({
    state: 'paused',
    because: ['It is paused: the card company is down.'],
  })
  await app.callOrThrow(resumeRun, { run })
  expect(await app.call(awaitAnyRun, { run })).toMatchObject({ ok: true, value: { value: { by: 'Bob' } } })
  await app.close()
})

test('a run is reset to before a step, which is done again', async () => {
  const app = await opened()
  road.isOpen = true
  const run = await start(app, 'rome')
  await app.call(awaitAnyRun, { run })
  expect(await app.call(resetRun, { run, to: 'fly' })).toMatchObject({ ok: false, errors: [{ code: 'StepNotFound' }] })
  road.isOpen = false
  expect(await app.callOrThrow(resetRun, { run, to: 'drive' })).toMatchObject({ dropped: 1 })
  expect(await app.call(awaitAnyRun, { run })).toMatchObject({ ok: false, errors: [{ code: 'RoadClosed' }] })
  await app.close()
})

test('a fork takes the journal up to a step, and the other run stays as it is', async () => {
  const app = await opened()
  const run = await start(app, 'rome')
  await app.call(awaitAnyRun, { run })
  road.isOpen = true
  const forked = await app.callOrThrow(forkRun, { run, to: 'drive' })
  expect(forked.entries).toBe(1)
  expect(await app.call(awaitAnyRun, { run: forked.run })).toMatchObject({ ok: true })
  expect(await app.callOrThrow(explainRun, { run })).toMatchObject({ state: 'failed' })
  await app.close()
})

test('a sleeping run is explained by the time at which it wakes, and a run whose code threw by what it threw', async () => {
  const app = await opened()
  const run = await start(app, 'later')
  await reached(app, deliver, run, 'waiting')
  const { because, waits } = await app.callOrThrow(explainRun, { run })
  expect(because[0]).toMatch(/^At night it sleeps until \d{4}-/)
  expect(waits).toMatchObject([{ kind: 'timer', key: 'night' }])
  const thrown = await app.callOrThrow(throwing.command, {})
  await reached(app, throwing, thrown.run, 'parked')
  expect(await app.callOrThrow(explainRun, { run: thrown.run })).toMatchObject({
    because: ['It is parked: its code threw: a mistake.'],
    help: `When the cause is gone: heddle runs resume ${thrown.run}`,
  })
  await app.close()
})

test('a run that waits for its turn is explained by who goes before it and by the limits of its queue', async () => {
  const app = await opened()
  const runs: string[] = []
  for (const order of ['a', 'b', 'c']) runs.push((await app.callOrThrow(bake.command, { order })).run)
  const [, second, third] = runs
  const explained = await app.callOrThrow(explainRun, { run: third! })
  expect(explained.because.join(' ')).toMatch(/queue oven.*at most 1 run at a time/)
  expect(explained.position).toBeLessThanOrEqual(1)
  expect((await app.callOrThrow(listRuns, { queue: 'oven' })).runs.map(({ run }) => run)).toContain(second)
  await app.close({ graceMs: 10 })
})

test('only who may operate the app may look after its runs', async () => {
  const app = await opened()
  const ann = { id: 'ann', permissions: ['orders:place'] }
  for (const operation of [showRun, explainRun, pauseRun, resumeRun, retryRun, forkRun, awaitAnyRun]) {
    const outcome = await app.call(operation as typeof showRun, { run: 'r' }, { as: ann })
    expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
  }
  await app.close()
})
