import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, command, type Json, type OpenApp, toJson } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { assess, groupRuns } from '../change/assess.ts'
import { type PlanHistory, plansIn, plansOf } from '../change/older-code.ts'
import { openRuns } from '../change/open-runs.ts'
import { engineOfApp } from '../engine/engines.ts'
import { runsOf } from '../index.ts'
import { planWorkflow } from './plan-workflow.ts'

const opened: OpenApp[] = []
const folders: string[] = []
afterEach(async () => {
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
const words = ['Charge', 'ChargeAnew', 'Check', 'Ship', 'Thank'].map(say)

const head = `heddle: 1
pipeline: shop.Order
input: { order: string }
output: { order: string }
steps:
`
const waits = '  - { id: paid, wait: { signal: paid, type: { order: string } } }\n'
const first = `${head}  - { id: charge, call: shop.Charge, retry: { attempts: 2 } }\n${waits}  - { id: ship, call: shop.Ship, retry: { attempts: 2 } }\n`

async function start(text: string, folder?: string) {
  if (folder === undefined) folders.push((folder = mkdtempSync(join(tmpdir(), 'heddle-reload-'))))
  const file = join(folder, 'order.yaml')
  writeFileSync(file, text)
  const order = planWorkflow<{ order: string }>(pathToFileURL(file), { commands: words })
  const open = await app('shop', { parts: [order], database: usualDatabase() }).open({ folder })
  opened.push(open)
  await open.start()
  const runs = runsOf(open)
  const begin = async (id: string) => {
    const { run } = await runs.start(order, { order: id })
    await expect.poll(() => stateOf(open, run)).toBe('waiting')
    return run
  }
  const end = async (run: string, id: string) => {
    await runs.signal(run, 'paid', { order: id })
    return runs.outcome(run)
  }
  const reload = async (changed: string) => {
    writeFileSync(file, changed)
    return open.callByName('heddle.ReloadPipelines', {})
  }
  return { open, folder, begin, end, reload }
}

async function stateOf(open: OpenApp, run: string): Promise<string | undefined> {
  const outcome = await open.callByName('shop.GetOrder', { run })
  return outcome.ok ? (outcome.value as { state: string }).state : undefined
}

const outcomeOf = (order: string) => ({ ok: true, value: { order } })

test('open runs go on with an edited plan where it fits what they have done, and new runs begin with it', async () => {
  const { begin, end, reload } = await start(first)
  told.length = 0
  const run = await begin('o-1')
  const changed = `${first}  - { id: thank, call: shop.Thank }\n`
  expect(await reload(changed)).toMatchObject({ ok: true, value: { pipelines: [{ runs: { fit: 1, keep: 0 } }] } })
  expect(await end(run, 'o-1')).toEqual(outcomeOf('o-1'))
  expect(told).toEqual(['Charge o-1', 'Ship o-1', 'Thank o-1'])
  expect(await end(await begin('o-2'), 'o-2')).toEqual(outcomeOf('o-2'))
  expect(told.slice(3)).toEqual(['Charge o-2', 'Ship o-2', 'Thank o-2'])
})

test('open runs that an edited plan does not fit end by the one that they began with, also after a restart', async () => {
  const { open, folder, begin, end, reload } = await start(first)
  told.length = 0
  const [one, two] = [await begin('o-1'), await begin('o-2')]
  // A step before what they have done, and steps of the same names that call something else.
  const changed = first
    .replace('steps:\n', 'steps:\n  - { id: check, call: shop.Check }\n')
    .replace('shop.Charge,', 'shop.ChargeAnew,')
    .replace('call: shop.Ship,', 'call: shop.Thank,')
  expect(await reload(changed)).toMatchObject({ ok: true, value: { pipelines: [{ runs: { fit: 0, keep: 2 } }] } })
  expect(await end(one, 'o-1')).toEqual(outcomeOf('o-1'))
  expect(await end(await begin('o-3'), 'o-3')).toEqual(outcomeOf('o-3'))
  expect(told).toEqual(['Charge o-1', 'Charge o-2', 'Ship o-1', 'Check o-3', 'ChargeAnew o-3', 'Thank o-3'])
  await open.close()

  const again = await start(changed, folder)
  expect(await again.end(two, 'o-2')).toEqual(outcomeOf('o-2'))
  expect(told.slice(6)).toEqual(['Ship o-2'])
})

test('a plan with a mistake, or of which callers would notice, is refused, and runs go on', async () => {
  const { begin, end, reload } = await start(first)
  told.length = 0
  const run = await begin('o-1')
  const refusals = [
    [first.replace('shop.Ship', 'shop.Shipp'), '8:23 There is no command "shop.Shipp"'],
    [first.replace('signal: paid', 'signal: payed'), 'callers would miss shop.SignalOrderPaid'],
    [
      first.replace('type: { order: string }', 'type: { order: string, by: string }'),
      'another input of shop.SignalOrderPaid',
    ],
    [
      first.replace('input: { order: string }', 'input: { order: string, by?: string }'),
      '3:1 callers would see another input',
    ],
  ] as const
  for (const [text, because] of refusals) {
    const outcome = await reload(text)
    expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'PlanRefused' }] })
    const { mistakes } = (outcome.ok ? undefined : outcome.errors[0]!.data) as { mistakes: { text: string }[] }
    expect(mistakes[0]!.text).toContain(because)
  }
  expect(await end(run, 'o-1')).toEqual(outcomeOf('o-1'))
  expect(told).toEqual(['Charge o-1', 'Ship o-1'])
})

test('a workflow goes back to a version that it had', async () => {
  const { open, begin, end, reload } = await start(first)
  told.length = 0
  const changed = first.replace('call: shop.Ship', 'call: shop.Thank')
  const reloaded = await reload(changed)
  const { before } = (reloaded as unknown as { value: { pipelines: { before: string }[] } }).value.pipelines[0]!
  const run = await begin('o-1')
  const back = await open.callByName('heddle.RollBackPipeline', { pipeline: 'shop.Order', version: before })
  expect(back).toMatchObject({ ok: true, value: { hash: before, runs: { fit: 1, keep: 0 } } })
  const running = async () => {
    const listed = await open.callByName('heddle.ListPipelines', {})
    return (listed as unknown as { value: { pipelines: { version: string; mode: string }[] } }).value.pipelines[0]
  }
  await expect.poll(async () => (await running())?.version).toBe(before)
  expect((await running())?.mode).toBe('workflow')
  expect(await end(run, 'o-1')).toEqual(outcomeOf('o-1'))
  expect(told).toEqual(['Charge o-1', 'Ship o-1'])
})

test('a plan that was deployed anew leaves runs that it does not fit to the one that they began with, as the check says', async () => {
  const spring = await start(first)
  told.length = 0
  const [one, two] = [await spring.begin('o-1'), await spring.begin('o-2')]
  const changed = first.replace('steps:\n', 'steps:\n  - { id: check, call: shop.Check }\n')
  const { store } = engineOfApp(spring.open)
  const file = join(spring.folder, 'order.yaml')
  writeFileSync(file, changed)
  const code = {
    workflows: new Map([['shop.Order', planWorkflow(pathToFileURL(file), { commands: words })]]),
    migrations: [],
  }
  const levelsWith = async (history?: PlanHistory) => {
    const groups = await groupRuns(openRuns(store, 'shop.Order'), store)
    return (await assess(groups, { ...code, history }, spring.open.ports)).map(({ level, runs }) => [level, runs])
  }
  expect(await levelsWith()).toEqual([['breaking', 2]])
  expect(await levelsWith(plansIn(store.database))).toEqual([['own', 2]])
  const ask = async (command: string, input: Json) => toJson(await spring.open.callByName(command, input)) as Json
  const asked = plansOf(async (command, input) => ((await ask(command, input)) as { value: Json }).value)
  expect(await levelsWith(asked)).toEqual([['own', 2]])
  await spring.open.close()

  const again = await start(changed, spring.folder)
  expect(await again.end(one, 'o-1')).toEqual(outcomeOf('o-1'))
  expect(await again.open.callByName('heddle.ListRuns', { states: ['blocked'] })).toMatchObject({ value: { runs: [] } })
  expect(await again.end(two, 'o-2')).toEqual(outcomeOf('o-2'))
  expect(told).toEqual(['Charge o-1', 'Charge o-2', 'Ship o-1', 'Ship o-2'])
})

test('a run with a large input is held against an edited plan, too', async () => {
  const { begin, end, reload } = await start(first)
  told.length = 0
  const large = 'o'.repeat(2_000_000)
  const run = await begin(large)
  expect(await reload(`${first}  - { id: thank, call: shop.Thank }\n`)).toMatchObject({
    value: { pipelines: [{ runs: { fit: 1, keep: 0 } }] },
  })
  expect(await end(run, 'o-1')).toEqual(outcomeOf('o-1'))
  expect(told.map((line) => line.slice(0, 10))).toEqual(['Charge ooo', 'Ship o-1', 'Thank o-1'])
})
