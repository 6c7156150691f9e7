import { expect, test } from 'vitest'
import { z } from 'zod'
import { standing } from '../../fixtures/over-versions.ts'
import { ask, openNotes, write } from '../../fixtures/notes.ts'
import { runsOf, workflow } from '../index.ts'

const nothing = z.object({})

test('a cancelled run is told once where it waits, cleans up, and then undoes what it did', async () => {
  const careful = workflow('notes.Careful', {
    input: nothing,
    output: nothing,
    steps: [write],
    async run({ step, sleep, compensate }) {
      await step('first', write, { text: 'did' })
      compensate('first', write, { text: 'undid' })
      try {
        await sleep('long', '30d')
      } finally {
        await step('clean', write, { text: 'cleaned' })
        await sleep('breathe', '5s')
        await step('clean more', write, { text: 'cleaned more' })
      }
      return {}
    },
  })
  const { open, time, notes } = await openNotes([careful])
  const run = await runsOf(open).start(careful, {})
  await time.advance(1000)
  await runsOf(open).cancel(run.run)
  await runsOf(open).cancel(run.run)
  await time.advance(10_000)
  expect(await run.outcome()).toMatchObject({ ok: false, errors: [{ code: 'RunCancelled' }] })
  expect(await standing(open, run.run)).toMatchObject({ state: 'cancelled' })
  expect(await notes()).toEqual(['did', 'cleaned', 'cleaned more', 'undid'])
  await open.close()
})

test('every branch is told, also one that is at a step just now and would go on for ever', async () => {
  const poller = workflow('notes.Poll', {
    input: nothing,
    output: nothing,
    steps: [ask],
    signals: { stop: nothing },
    async run({ all }) {
      await all({
        poll: (inner) =>
          inner.loop('again', async (round) => {
            await round.step('ask', ask, { text: 'anything new?' })
            await round.sleep('pause', '10ms')
            return undefined
          }),
        stop: (inner) => inner.signal('stop'),
      })
      return {}
    },
  })
  let answer = (_text: string) => {}
  let asked = 0
  const outside = () => {
    asked++
    return new Promise<string>((resolve) => (answer = resolve))
  }
  const { open, time } = await openNotes([poller], { outside })
  const run = await runsOf(open).start(poller, {})
  await time.advance(5)
  await runsOf(open).cancel(run.run)
  await time.advance(5)
  answer('well')
  await time.advance(100)
  expect(await run.outcome()).toMatchObject({ ok: false, errors: [{ code: 'RunCancelled' }] })
  expect(asked).toBe(1)
  await open.close()
})

test('a child is cancelled with the run that waits for it, which hears of it from the child', async () => {
  const child = workflow('notes.Child', {
    input: nothing,
    output: nothing,
    steps: [write],
    async run({ sleep, step }) {
      try {
        await sleep('long', '30d')
      } finally {
        await step('clean', write, { text: 'the child cleaned' })
      }
      return {}
    },
  })
  const parent = workflow('notes.Parent', {
    input: nothing,
    output: nothing,
    steps: [write],
    children: [child],
    async run({ child: run, step }) {
      const outcome = await run.try('child', child, {})
      await step('after', write, { text: outcome.ok ? 'fine' : `then ${outcome.errors[0]!.code}` })
      return {}
    },
  })
  const { open, time, notes } = await openNotes([parent])
  const run = await runsOf(open).start(parent, {})
  await time.advance(1000)
  await runsOf(open).cancel(run.run)
  await time.advance(1000)
  expect(await run.outcome()).toMatchObject({ ok: true })
  expect(await notes()).toEqual(['the child cleaned', 'then RunCancelled'])
  await open.close()
})

test('a cancellation that comes while a run undoes what it did changes nothing', async () => {
  const failing = workflow('notes.Failing', {
    input: nothing,
    output: nothing,
    errors: { Never: nothing },
    steps: [write, ask],
    async run({ step, compensate, fail }) {
      await step('first', write, { text: 'did' })
      compensate('first', write, { text: 'undid' })
      compensate('asked', ask, { text: 'shall I?' })
      return fail.Never({})
    },
  })
  let answer = (_text: string) => {}
  const outside = () => new Promise<string>((resolve) => (answer = resolve))
  const { open, time, notes } = await openNotes([failing], { outside })
  const run = await runsOf(open).start(failing, {})
  await time.advance(10)
  await runsOf(open).cancel(run.run)
  await time.advance(10)
  answer('yes')
  await time.advance(10)
  expect(await run.outcome()).toMatchObject({ ok: false, errors: [{ code: 'Never' }] })
  expect(await notes()).toEqual(['did', 'undid'])
  await open.close()
})
