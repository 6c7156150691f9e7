import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command, type OpenApp } from '@heddle/core'
import { parsePlan } from '@heddle/pipeline'
import { usualDatabase } from '@heddle/data/testing'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { compareSections } from '../define/compare.ts'
import { runsOf } from '../index.ts'
import { planWorkflow } from './plan-workflow.ts'

const opened: OpenApp[] = []
const folders: string[] = []
afterEach(async () => {
  told.length = 0
  for (const open of opened.splice(0)) await open.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const told: string[] = []
const say = (word: string) =>
  command(`shop.${word}`, {
    input: z.object({ order: z.string() }),
    output: z.object({ order: z.string() }),
    run({ input }) {
      told.push(`${word} ${input.order}`)
      return input
    },
  })
const commands = ['Charge', 'Check', 'Ship'].map(say)

const old = `heddle: 1
pipeline: shop.Pay
access: public
input: { order: string }
output: { order: string }
steps:
  - { id: charge, call: shop.Charge }
  - { id: early, wait: 1ms }
  - { id: paid, wait: { signal: paid, type: { order: string } } }
  - { id: ship, call: shop.Ship }
`
const renamedSignal = old.replace('signal: paid', 'signal: payed')
const renamedBoth = renamedSignal.replace('id: charge', 'id: charged')

const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-kept-plans-'))
  folders.push(folder)
  return folder
}

async function openWith(text: string, folder: string, isStarted = true) {
  const parsed = parsePlan(text, 'pay.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const pay = planWorkflow<{ order: string }>(parsed.plan, { commands })
  const open = await app('shop', { parts: [pay], database: usualDatabase() }).open({ folder })
  opened.push(open)
  if (isStarted) await open.start()
  const send = (run: string, name: string, data: object = { order: 'o-2' }) =>
    open.callByName('heddle.SignalRun', { run, name, data: data as never })
  const stateOf = async (run: string) => {
    const outcome = await open.callByName('shop.GetPay', { run })
    return outcome.ok ? (outcome.value as { state: string }).state : undefined
  }
  return { open, pay, runs: runsOf(open), send, stateOf }
}

/** A run that waits for the signal, in a folder whose app is closed. */
async function waitingRun() {
  const folder = newFolder()
  const { open, pay, runs, stateOf } = await openWith(old, folder)
  const { run } = await runs.start(pay, { order: 'o-1' })
  await expect.poll(() => stateOf(run)).toBe('waiting')
  await expect
    .poll(async () => JSON.stringify(await open.callByName('heddle.ExplainRun', { run })))
    .toContain('waits for the signal paid')
  await open.close()
  return { folder, run }
}

for (const [when, isStarted] of [
  ['while the app runs', true],
  ['before the app goes on with it', false],
] as const)
  test(`a run that keeps its plan takes the signals of that plan, and refuses those of the newer one, ${when}`, async () => {
    const { folder, run } = await waitingRun()
    const { open, runs, send, stateOf } = await openWith(renamedBoth, folder, isStarted)
    expect(await open.callByName('heddle.ExplainRun', { run })).toMatchObject({
      value: { help: expect.stringContaining(`heddle runs signal ${run} paid --data`) },
    })
    expect(await send(run, 'payed')).toMatchObject({
      ok: false,
      errors: [{ code: 'UnknownSignal', data: { signal: 'payed', known: 'paid' } }],
    })
    expect(await open.callByName('shop.SignalPayPayed', { run, data: { order: 'o-2' } })).toMatchObject({
      errors: [{ code: 'UnknownSignal' }],
    })
    // Its type, too, is that of the plan.
    expect(await send(run, 'paid', { by: 'Ada' })).toMatchObject({ ok: false })
    expect(await send(run, 'paid')).toMatchObject({ ok: true })
    if (!isStarted) await open.start()
    expect(await runs.outcome(run)).toEqual({ ok: true, value: { order: 'o-2' } })
    expect(told).toEqual(['Charge o-1', 'Ship o-2'])
    expect(await stateOf(run)).toBe('succeeded')
    // What it was sent is shown by the types of its plan, too.
    const shown = await open.callByName('heddle.ShowRun', { run })
    expect((shown as unknown as { value: { journal: object[] } }).value.journal).toContainEqual(
      expect.objectContaining({ kind: 'signal', value: { order: 'o-2' } }),
    )
  })

test('a run that goes on by the newer plan takes its signals, and is explained by them', async () => {
  const { folder, run } = await waitingRun()
  const { open, runs, send } = await openWith(renamedSignal, folder)
  expect(await open.callByName('heddle.ExplainRun', { run })).toMatchObject({
    value: {
      help: `The code that it goes on with takes no signal paid, but payed: heddle runs signal ${run} payed`,
    },
  })
  expect(await send(run, 'paid')).toMatchObject({
    ok: false,
    errors: [{ code: 'UnknownSignal', data: { known: 'payed' } }],
  })
  expect(await send(run, 'payed')).toMatchObject({ ok: true })
  expect(await runs.outcome(run)).toEqual({ ok: true, value: { order: 'o-2' } })
})

test('a signal that was acknowledged is taken, also where the newer plan fits the run and has no such signal', async () => {
  const { folder, run } = await waitingRun()
  // The app that took it was closed before the run went on.
  const before = await openWith(old, folder, false)
  expect(await before.send(run, 'paid')).toMatchObject({ ok: true })
  await before.open.close()

  const { runs } = await openWith(renamedSignal, folder)
  expect(await runs.outcome(run)).toEqual({ ok: true, value: { order: 'o-2' } })
  expect(told).toEqual(['Charge o-1', 'Ship o-2'])
})

test('the check of a plan without a signal says who still takes it', () => {
  const sections = (text: string) => {
    const parsed = parsePlan(text, 'pay.yaml')
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
    return { 'shop.Pay': planWorkflow(parsed.plan, { commands }).describe() }
  }
  expect(compareSections({ before: sections(old), after: sections(renamedSignal) }, true)).toEqual([
    expect.objectContaining({
      level: 'breaking',
      change: 'signal paid: removed',
      reason: expect.stringContaining('Runs that keep the old one take it'),
    }),
  ])
})
