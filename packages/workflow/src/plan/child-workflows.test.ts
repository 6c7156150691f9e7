import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, command, type OpenApp } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { assess, groupRuns } from '../change/assess.ts'
import { openRuns } from '../change/open-runs.ts'
import { engineOfApp } from '../engine/engines.ts'
import { runsOf, workflow } from '../index.ts'
import { planWorkflow, type PlanWorkflow } from './plan-workflow.ts'

const opened: OpenApp[] = []
const folders: string[] = []
afterEach(async () => {
  told.length = 0
  for (const open of opened.splice(0)) await open.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-children-'))
  folders.push(folder)
  return folder
}

const told: string[] = []
const parcel = z.object({ order: z.string(), weight: z.int() })
const say = (word: string) =>
  command(`shop.${word}`, {
    input: parcel,
    output: parcel,
    errors: { TooHeavy: z.object({ weight: z.int() }) },
    run({ input, fail }) {
      if (word === 'Load' && input.weight > 100) return fail.TooHeavy({ weight: input.weight })
      told.push(`${word} ${input.order} ${input.weight}`)
      return input
    },
  })
const commands = ['Wrap', 'Unwrap', 'Load', 'Refund', 'Thank'].map(say)

const planOf = (text: string) => {
  const parsed = parsePlan(text, 'plan.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.plan
}

const packText = `heddle: 1
pipeline: shop.Pack
access: public
input: { order: string, weight: int }
output: { order: string, weight: int }
parameters: { extra: { type: int, default: 1 } }
steps:
  - { id: wrap, call: shop.Wrap }
  - { id: undo, compensate: shop.Unwrap }
  - { id: checked, wait: { signal: checked, type: { weight: int } } }
  - { id: weighed, map: { order: input.order, weight: it.weight + parameters.extra } }
  - { id: load, call: shop.Load }
`
const sellText = (step: string, more = '') => `heddle: 1
pipeline: shop.Sell
access: public
${more}input: { order: string, weight: int }
output: { order: string, weight: int }
steps:
  - { id: paid, compensate: shop.Refund }
  - { id: pack, ${step} }
  - { id: thank, call: shop.Thank }
`

async function openWith(sell: PlanWorkflow, folder = newFolder(), more: PlanWorkflow[] = []) {
  const open = await app('shop', { parts: [sell, ...more], database: usualDatabase() }).open({ folder })
  opened.push(open)
  await open.start()
  const runs = runsOf(open)
  const begin = async (weight = 5) => (await runs.start(sell, { order: 'o-1', weight })).run
  const find = async (name: string, state = 'waiting') => {
    const list = async () => {
      const listed = await open.callByName('heddle.ListRuns', { workflow: name })
      const found = (listed as unknown as { value: { runs: { run: string; state: string }[] } }).value.runs
      return found.find((run) => run.state === state)?.run
    }
    await expect.poll(list).toBeTypeOf('string')
    return (await list())!
  }
  return { open, folder, runs, begin, find }
}

const pack = () => planWorkflow(planOf(packText), { commands })
const sellWith = (step = 'pipeline: shop.Pack') =>
  planWorkflow(planOf(sellText(step)), { commands, pipelines: [pack()] })

test('a step that runs a workflow is a run of its own, and its value is that of the run', async () => {
  const { open, runs, begin, find } = await openWith(sellWith())
  const run = await begin()
  const child = await find('shop.Pack')
  expect(await open.callByName('heddle.ShowRun', { run: child })).toMatchObject({ ok: true, value: { parent: run } })
  await runs.signal(child, 'checked', { weight: 7 })
  expect(await runs.outcome(run)).toEqual({ ok: true, value: { order: 'o-1', weight: 8 } })
  expect(told).toEqual(['Wrap o-1 5', 'Load o-1 8', 'Thank o-1 8'])
  const shown = await open.callByName('heddle.ShowRun', { run })
  expect(JSON.stringify(shown)).toContain('"key":"pack"')
})

test('with parameters it is a workflow of the step, and so is an imported file', async () => {
  const folder = newFolder()
  const { runs, begin, find } = await openWith(sellWith('pipeline: { name: shop.Pack, parameters: { extra: 10 } }'))
  const run = await begin()
  await runs.signal(await find('shop.SellPackPipeline'), 'checked', { weight: 7 })
  expect(await runs.outcome(run)).toMatchObject({ value: { weight: 17 } })

  writeFileSync(join(folder, 'pack.yaml'), packText)
  writeFileSync(join(folder, 'sell.yaml'), sellText('pipeline: shop.Pack', 'imports: [./pack.yaml]\n'))
  const imported = await openWith(planWorkflow(pathToFileURL(join(folder, 'sell.yaml')), { commands }))
  const other = await imported.begin()
  await imported.runs.signal(await imported.find('shop.SellPackPipeline'), 'checked', { weight: 7 })
  expect(await imported.runs.outcome(other)).toMatchObject({ value: { weight: 8 } })
})

test('a workflow that is code can be a step, too', async () => {
  const nap = workflow('shop.Nap', {
    input: parcel,
    output: parcel,
    async run({ input, sleep }) {
      await sleep('nap', '20ms')
      return { ...input, weight: input.weight * 2 }
    },
  })
  const sell = planWorkflow(planOf(sellText('pipeline: shop.Nap')), { commands, pipelines: [nap] })
  const { runs, begin } = await openWith(sell)
  expect(await runs.outcome(await begin())).toEqual({ ok: true, value: { order: 'o-1', weight: 10 } })
})

test('a failure of the child is that of the step: the child undoes its own, and the run that began it its own', async () => {
  const { runs, begin, find } = await openWith(sellWith())
  const run = await begin()
  await runs.signal(await find('shop.Pack'), 'checked', { weight: 500 })
  expect(await runs.outcome(run)).toMatchObject({ ok: false, errors: [{ code: 'TooHeavy', data: { weight: 501 } }] })
  expect(told).toEqual(['Wrap o-1 5', 'Unwrap o-1 5', 'Refund o-1 5'])
})

test('a failure of the child is replaced by onError', async () => {
  const caught = await openWith(sellWith(`pipeline: shop.Pack, onError: { use: { order: '"none"', weight: '0' } }`))
  const run = await caught.begin()
  await caught.runs.signal(await caught.find('shop.Pack'), 'checked', { weight: 500 })
  expect(await caught.runs.outcome(run)).toEqual({ ok: true, value: { order: 'none', weight: 0 } })
  expect(told).toEqual(['Wrap o-1 5', 'Unwrap o-1 5', 'Thank none 0'])
})

test('a cancellation ends the child first, and both undo what they did', async () => {
  const { runs, begin, find } = await openWith(sellWith())
  const run = await begin()
  await find('shop.Pack')
  await runs.cancel(run)
  expect(await runs.outcome(run)).toMatchObject({ ok: false, errors: [{ code: 'RunCancelled' }] })
  await find('shop.Pack', 'cancelled')
  expect(told).toEqual(['Wrap o-1 5', 'Unwrap o-1 5', 'Refund o-1 5'])
})

test('child and parent go on in the next process, and do nothing twice', async () => {
  const first = await openWith(sellWith())
  const run = await first.begin()
  const child = await first.find('shop.Pack')
  await first.open.close()
  const { open, runs } = await openWith(sellWith(), first.folder)
  await runs.signal(child, 'checked', { weight: 7 })
  expect(await runs.outcome(run)).toEqual({ ok: true, value: { order: 'o-1', weight: 8 } })
  expect(told).toEqual(['Wrap o-1 5', 'Load o-1 8', 'Thank o-1 8'])
  expect(open.commands.has('shop.GetPack')).toBe(true)
})

test('a change of the plan is held against open runs: a child that stands elsewhere is told', async () => {
  const { open, begin, find } = await openWith(sellWith())
  await begin()
  await find('shop.Pack')
  const { store } = engineOfApp(open)
  const levelOf = async (step: string, id = 'pack') => {
    const text = sellText(step).replace('id: pack', `id: ${id}`)
    const changed = planWorkflow(planOf(text), { commands, pipelines: [pack()] })
    const groups = await groupRuns(openRuns(store, 'shop.Sell'), store)
    const [verdict] = await assess(groups, { workflows: new Map([['shop.Sell', changed]]), migrations: [] }, open.ports)
    return [verdict!.level, verdict!.because ?? '']
  }
  expect(await levelOf('pipeline: { name: shop.Pack }')).toEqual(['safe', ''])
  expect(await levelOf('pipeline: shop.Pack', 'packed')).toEqual(['breaking', expect.stringContaining('pack/start')])
  expect(await levelOf('call: shop.Wrap')).toEqual(['breaking', expect.any(String)])
})

test('what cannot stand around a workflow is told at its place, and its types are checked', () => {
  const mistakes = (step: string) => {
    try {
      sellWith(step)
    } catch (thrown) {
      return (thrown as Error).message
    }
    return ''
  }
  expect(mistakes('pipeline: shop.Pack, retry: { attempts: 2 }')).toMatch(/steps\/1 No policy stands around a workflow/)
  expect(mistakes('pipeline: shop.Pack, onError: deadLetter')).toMatch(/steps\/1 No dead letter is kept of a workflow/)
  expect(mistakes(`pipeline: { name: shop.Pack, with: { order: input.order } }`)).toMatch(/weight/)
  expect(mistakes('pipeline: { name: shop.Pack, parameters: { extr: 1 } }')).toMatch(/no parameter "extr".*extra/)
  expect(mistakes('pipeline: shop.Pakc')).toMatch(/no pipeline "shop.Pakc"; did you mean shop.Pack/)
})

test('an imported child is reloaded with its file, and its open runs are looked at, too', async () => {
  const folder = newFolder()
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('pack.yaml', packText)
  write('sell.yaml', sellText('pipeline: shop.Pack', 'imports: [./pack.yaml]\n'))
  const sell = planWorkflow(pathToFileURL(join(folder, 'sell.yaml')), { commands })
  const { open, runs, begin, find } = await openWith(sell)
  const run = await begin()
  const child = await find('shop.SellPackPipeline')
  write('pack.yaml', `${packText}  - { id: last, call: shop.Wrap }\n`)
  const reloaded = await open.callByName('heddle.ReloadPipelines', {})
  expect(reloaded).toMatchObject({
    ok: true,
    value: {
      pipelines: [
        { pipeline: 'shop.Sell', runs: { fit: 1, keep: 0 } },
        { pipeline: 'shop.SellPackPipeline', runs: { fit: 1, keep: 0 } },
      ],
    },
  })
  await runs.signal(child, 'checked', { weight: 7 })
  expect(await runs.outcome(run)).toMatchObject({ ok: true })
  expect(told).toEqual(['Wrap o-1 5', 'Load o-1 8', 'Wrap o-1 8', 'Thank o-1 8'])

  // A child that is new comes along.
  write('other.yaml', packText.replace('shop.Pack', 'shop.Box').replace('call: shop.Wrap', 'call: shop.Thank'))
  write(
    'sell.yaml',
    sellText('pipeline: shop.Pack', 'imports: [./pack.yaml, ./other.yaml]\n').replace(
      'call: shop.Thank',
      'pipeline: shop.Box',
    ),
  )
  expect(await open.callByName('heddle.ReloadPipelines', {})).toMatchObject({ ok: true })
  told.length = 0
  const next = await begin()
  await runs.signal(await find('shop.SellPackPipeline'), 'checked', { weight: 1 })
  await runs.signal(await find('shop.SellThankPipeline'), 'checked', { weight: 2 })
  expect(await runs.outcome(next)).toEqual({ ok: true, value: { order: 'o-1', weight: 3 } })
  expect(told).toEqual(['Wrap o-1 5', 'Load o-1 2', 'Wrap o-1 2', 'Thank o-1 2', 'Load o-1 3'])
})
