import { command } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { notesParts, openNotes, write } from '../../fixtures/notes.ts'
import { Deployments, standing, storeOf, until } from '../../fixtures/over-versions.ts'
import { Runs, runs, runsOf, workflow } from '../index.ts'

const nothing = z.object({})

const nap = workflow('notes.Nap', {
  input: z.object({ text: z.string(), time: z.string() }),
  output: z.object({ text: z.string() }),
  steps: [write],
  async run({ input, sleep, step }) {
    await sleep('nap', input.time)
    return step('note', write, { text: input.text })
  },
})

test('runs sleep for days, and those that wait are forgotten above a limit', { timeout: 60_000 }, async () => {
  const { open, time, notes } = await openNotes([nap], { options: { resting: 10 } })
  const handles = []
  for (let index = 0; index < 300; index++) {
    handles.push(await runsOf(open).start(nap, { text: `n${index}`, time: index < 3 ? '40h' : '80h' }))
  }
  await time.advance(1000)
  for (const { run } of handles) expect((await standing(open, run)).state).toBe('waiting')
  const { parts } = await open.health()
  expect((parts['runs runs']!.detail as { active: number }).active).toBe(10)
  await time.advance(41 * 3_600_000)
  expect(await handles[0]!.outcome()).toEqual({ ok: true, value: { text: 'n0' } })
  expect(await notes()).toHaveLength(3)
  await time.advance(41 * 3_600_000)
  expect(await notes()).toHaveLength(300)
  await open.close()
})

test('a clock that is put back by an hour fires nothing twice', async () => {
  const time = createVirtualTime()
  let back = 0
  const clock = { now: () => time.clock.now() - back }
  const { open, notes } = await openNotes([nap], { time, ports: { clock } })
  const short = await runsOf(open).start(nap, { text: 'short', time: '2s' })
  const long = await runsOf(open).start(nap, { text: 'long', time: '5m' })
  await time.advance(60_000)
  expect(await notes()).toEqual(['short'])
  back = 3_600_000
  await time.advance(3_600_000 + 300_000)
  expect(await short.outcome()).toMatchObject({ ok: true })
  expect(await long.outcome()).toMatchObject({ ok: true })
  expect((await notes()).toSorted()).toEqual(['long', 'short'])
  await open.close()
})

test('a run that goes on in a new one ends as that one does, for whoever waits and for its parent', async () => {
  const count = workflow('notes.Count', {
    input: z.object({ from: z.int() }),
    output: z.object({ rounds: z.int() }),
    steps: [write],
    async run({ input: { from }, step, continueAs }) {
      await step('note', write, { text: `round ${from}` })
      return from < 3 ? continueAs({ from: from + 1 }) : { rounds: from }
    },
  })
  const parent = workflow('notes.CountFor', {
    input: nothing,
    output: z.object({ rounds: z.int() }),
    children: [count],
    run: ({ child }) => child('count', count, { from: 2 }),
  })
  const { open, time } = await openNotes([count, parent])
  const run = await runsOf(open).start(count, { from: 0 })
  await time.advance(1000)
  expect(await run.outcome()).toEqual({ ok: true, value: { rounds: 3 } })
  const other = await openNotes([parent])
  const outer = await runsOf(other.open).start(parent, {})
  await other.time.advance(1000)
  expect(await outer.outcome()).toEqual({ ok: true, value: { rounds: 3 } })
  await open.close()
  await other.open.close()
})

test('a run whose principal is not known any more is parked as denied before it does anything', async () => {
  const known = new Set(['ada'])
  const principals = {
    resolve: async (id: string) => (known.has(id) ? { id, tenant: 'main', permissions: [] } : undefined),
  }
  const begin = command('notes.Begin', {
    input: nothing,
    output: z.object({ run: z.string() }),
    access: 'public',
    uses: [Runs],
    run: async ({ ctx }) => ({ run: (await ctx.use(Runs).start(nap, { text: 'hello', time: '1d' })).run }),
  })
  const { open, time, notes } = await openNotes([nap, begin as never], { ports: { principals } as never })
  const ada = { id: 'ada', tenant: 'main', permissions: [] }
  const { run } = await open.callOrThrow(begin, {}, { as: ada })
  await time.advance(1000)
  known.delete('ada')
  await time.advance(2 * 86_400_000)
  const stopped = await standing(open, run)
  expect(stopped.state).toBe('parked')
  expect(stopped.facts.because).toContain('Denied')
  expect(await notes()).toEqual([])
  await open.close()
})

test('a run that was open at three deaths of its process, and got no further, is parked and names its last step', async () => {
  const two = workflow('notes.Two', {
    input: nothing,
    output: nothing,
    steps: [write],
    signals: { go: nothing },
    async run({ step, signal }) {
      await step('first', write, { text: 'first' })
      await signal('go')
      return {}
    },
  })
  const deployments = new Deployments()
  const parts = [two, runs({ deaths: 3 }), ...notesParts()]
  let open = await deployments.serve(...parts)
  const { run } = await runsOf(open).start(two, {})
  await until(open, run, 'waiting')
  for (let death = 1; death <= 3; death++) {
    const store = storeOf(open)
    const stored = (await store.read('main', run))!
    // What a process leaves behind that dies while it runs it.
    const left = { ...stored.run, state: 'running' as const, worker: `dead ${death}` }
    await store.commit('main', [store.updateRun(left, stored.version, false)])
    await open.close()
    open = await deployments.serve(...parts)
    const now = await until(open, run, death < 3 ? 'waiting' : 'parked')
    expect(now.deaths).toBe(death)
    if (death === 3) expect(now.facts).toMatchObject({ at: 'first' })
  }
  await open.close()
})
