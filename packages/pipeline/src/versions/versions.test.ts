import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, command, type OpenApp, type Part } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { addOne } from '../../fixtures/plan/commands.ts'
import { planHash } from '../plan/hash.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { pipeline } from '../run/pipeline.ts'
import { listPipelines } from './commands/list-pipelines.ts'
import { reloadPipelines } from './commands/reload-pipelines.ts'
import { rollBackPipeline } from './commands/roll-back-pipeline.ts'
import { showPipeline } from './commands/show-pipeline.ts'
import { tagPlan } from './commands/tag-plan.ts'

const folders: string[] = []
const opened: OpenApp[] = []
afterEach(async () => {
  for (const open of opened.splice(0)) await open.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-plans-'))
  folders.push(folder)
  return folder
}

const planOf = (steps: readonly Step[], more: Partial<Plan> = {}): Plan => ({
  heddle: 1,
  pipeline: 'demo.Run',
  input: 'number',
  output: 'number',
  ...more,
  steps,
})
const first = planOf([{ id: 'plus', call: 'demo.AddOne' }])
const second = planOf([
  { id: 'plus', call: 'demo.AddOne', retry: { attempts: 2 } },
  { id: 'twice', map: 'it * 2' },
])

async function openWith(plan: Plan, folder: string): Promise<OpenApp> {
  const parts = [addOne, pipeline(plan, { commands: [addOne] })]
  const open = await app('demo', { parts, database: sqlite() }).open({ folder })
  opened.push(open)
  await open.start()
  return open
}

const run = (open: OpenApp, input: number) => open.callByName('demo.Run', input)

test('nobody but the app itself notes a plan, not even an operator', async () => {
  const open = await openWith(first, newFolder())
  const operator = { id: 'olga', permissions: ['heddle:operate'] }
  const plan = { pipeline: 'demo.Run', hash: 'another', plan: second }
  expect(await open.mayCall('heddle.ListPipelines', {}, { as: operator })).toMatchObject({ ok: true })
  expect(await open.mayCall('heddle.DeclarePlan', plan, { as: operator })).toMatchObject({ ok: false })
})

test('each plan that an app brings along is kept under its hash, the newest first', async () => {
  const folder = newFolder()
  await (await openWith(first, folder)).close()
  const open = await openWith(second, folder)
  const shown = await open.callOrThrow(showPipeline, { pipeline: 'demo.Run' })
  expect(shown).toMatchObject({ plan: second, hash: planHash(second), declared: planHash(second) })
  expect(shown.versions.map(({ hash }) => hash)).toEqual([planHash(second), planHash(first)])
  const old = await open.callOrThrow(showPipeline, { pipeline: 'demo.Run', version: planHash(first).slice(0, 12) })
  expect(old.plan).toEqual(first)
})

test('an older version runs at once after a rollback, and after a restart too, until a new plan comes', async () => {
  const folder = newFolder()
  await (await openWith(first, folder)).close()
  const open = await openWith(second, folder)
  expect(await run(open, 1)).toEqual({ ok: true, value: 4 })
  const back = await open.callOrThrow(rollBackPipeline, { pipeline: 'demo.Run', version: planHash(first) })
  expect(back).toEqual({ hash: planHash(first), before: planHash(second) })
  await expect.poll(() => run(open, 1)).toEqual({ ok: true, value: 2 })
  await open.close()

  const again = await openWith(second, folder)
  expect(await run(again, 1)).toEqual({ ok: true, value: 2 })
  expect((await again.callOrThrow(listPipelines, {})).pipelines).toEqual([
    { name: 'demo.Run', mode: 'command', steps: 1, version: planHash(first), declared: planHash(second) },
  ])
  await again.callOrThrow(rollBackPipeline, { pipeline: 'demo.Run', version: 'declared' })
  await expect.poll(() => run(again, 1)).toEqual({ ok: true, value: 4 })
  await again.callOrThrow(rollBackPipeline, { pipeline: 'demo.Run', version: planHash(first) })
  await again.close()

  // An app that is only opened, e.g. for one call, runs the same.
  const parts = [addOne, pipeline(second, { commands: [addOne] })]
  const unserved = await app('demo', { parts, database: sqlite() }).open({ folder })
  expect(await run(unserved, 1)).toEqual({ ok: true, value: 2 })
  await unserved.close()

  const third = planOf([{ id: 'thrice', map: 'it * 3' }])
  expect(await run(await openWith(third, folder), 1)).toEqual({ ok: true, value: 3 })
})

test('a version has tags, by which it is found', async () => {
  const folder = newFolder()
  await (await openWith(first, folder)).close()
  const open = await openWith(second, folder)
  await open.callOrThrow(tagPlan, { pipeline: 'demo.Run', tag: 'stable', version: planHash(first) })
  const shown = await open.callOrThrow(showPipeline, { pipeline: 'demo.Run', version: 'stable' })
  expect(shown.hash).toBe(planHash(first))
  expect(shown.versions.map(({ tags }) => tags)).toEqual([[], ['stable']])
  await open.callOrThrow(tagPlan, { pipeline: 'demo.Run', tag: 'stable' })
  const moved = await open.callOrThrow(showPipeline, { pipeline: 'demo.Run', version: 'stable' })
  expect(moved.hash).toBe(planHash(second))
})

test('a version of which callers would see another type is refused, and the one that runs goes on', async () => {
  const folder = newFolder()
  const other = planOf([{ id: 'text', map: '"one"' }], { output: 'string' })
  await (await openWith(other, folder)).close()
  const open = await openWith(second, folder)
  const outcome = await open.call(rollBackPipeline, { pipeline: 'demo.Run', version: planHash(other) })
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'PlanCannotRun' }] })
  expect(outcome.ok ? '' : (outcome.errors[0]!.data as { reason: string }).reason).toContain('another output')
  expect(await run(open, 1)).toEqual({ ok: true, value: 4 })
})

test('a pipeline and a version that nobody knows are told', async () => {
  const open = await openWith(first, newFolder())
  expect(await open.call(showPipeline, { pipeline: 'demo.Other' })).toMatchObject({
    ok: false,
    errors: [{ code: 'UnknownPipeline' }],
  })
  for (const version of ['0000000', 'stable']) {
    expect(await open.call(rollBackPipeline, { pipeline: 'demo.Run', version })).toMatchObject({
      ok: false,
      errors: [{ code: 'UnknownVersion', data: { pipeline: 'demo.Run', version } }],
    })
  }
})

test('an app without a database runs its pipelines as they are declared', async () => {
  const parts = [addOne, pipeline(first, { commands: [addOne] })]
  const open = await app('demo', { parts }).open()
  opened.push(open)
  await open.start()
  expect(await run(open, 1)).toEqual({ ok: true, value: 2 })
  expect((await open.callOrThrow(listPipelines, {})).pipelines).toHaveLength(1)
})

/** An app whose plan stands in a file, which is written before. */
async function openFile(folder: string, text: string, more: Part[] = []) {
  const file = join(folder, 'run.yaml')
  writeFileSync(file, text)
  const parts = [addOne, pipeline(pathToFileURL(file), { commands: [addOne] }), ...more]
  const open = await app('demo', { parts, database: sqlite() }).open({ folder })
  opened.push(open)
  await open.start()
  return { open, write: (changed: string) => writeFileSync(file, changed) }
}

const runText = `heddle: 1
pipeline: demo.Run
input: number
output: number
steps:
  - { id: plus, call: demo.AddOne }
  - { id: twice, map: it * 2 }
`

test('a plan that was edited runs without a restart once it is reloaded, and is the one that the next start brings along', async () => {
  const folder = newFolder()
  const { open, write } = await openFile(folder, runText)
  expect(await run(open, 1)).toEqual({ ok: true, value: 4 })
  write(runText.replace('it * 2', 'it * 5'))
  expect(await run(open, 1)).toEqual({ ok: true, value: 4 })
  const { pipelines } = await open.callOrThrow(reloadPipelines, {})
  expect(pipelines).toMatchObject([{ pipeline: 'demo.Run' }])
  expect(await run(open, 1)).toEqual({ ok: true, value: 10 })
  const shown = await open.callOrThrow(showPipeline, { pipeline: 'demo.Run' })
  expect(shown).toMatchObject({ hash: pipelines[0]!.hash, declared: pipelines[0]!.hash })
  expect(shown.versions.map(({ hash }) => hash)).toEqual([pipelines[0]!.hash, pipelines[0]!.before])
  const unchanged = await open.callOrThrow(reloadPipelines, {})
  expect(unchanged.pipelines[0]).toMatchObject({ hash: pipelines[0]!.hash, before: pipelines[0]!.hash })
  await open.callOrThrow(rollBackPipeline, { pipeline: 'demo.Run', version: pipelines[0]!.before })
  await expect.poll(() => run(open, 1)).toEqual({ ok: true, value: 4 })
  await open.close()
  // What the files said at last is what the next start compares with.
  const again = await openFile(folder, runText.replace('it * 2', 'it * 5'))
  expect(await run(again.open, 1)).toEqual({ ok: true, value: 4 })
})

test('mistakes of an edited plan are told with their places, and what runs goes on', async () => {
  const { open, write } = await openFile(newFolder(), runText)
  write(runText.replace('it * 2', 'it *').replace('demo.AddOne', 'demo.AdOne'))
  const outcome = await open.call(reloadPipelines, {})
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'PlanRefused' }] })
  const [refused] = outcome.ok ? [] : outcome.errors
  const { mistakes } = refused!.data as { mistakes: { line: number; column: number }[] }
  expect(mistakes.map(({ line, column }) => [line, column])).toEqual([
    [6, 23],
    [7, 27],
  ])
  write(runText.replace('it * 2', 'string(it)').replace('output: number', 'output: string'))
  expect(await open.call(reloadPipelines, { pipeline: 'demo.Run' })).toMatchObject({
    ok: false,
    errors: [{ data: { mistakes: [{ line: 4, text: expect.stringContaining('callers would see another output') }] } }],
  })
  expect(await run(open, 1)).toEqual({ ok: true, value: 4 })
  write(runText.replace('demo.AddOne', 'demo.AdOne'))
  expect(await open.call(reloadPipelines, {})).toMatchObject({
    errors: [{ data: { mistakes: [{ line: 6, text: expect.stringContaining('did you mean demo.AddOne?') }] } }],
  })
  expect(await run(open, 1)).toEqual({ ok: true, value: 4 })
})

test('what a plan imports is read anew with it', async () => {
  const folder = newFolder()
  const common = join(folder, 'common.yaml')
  const inner = (factor: number) =>
    `heddle: 1\npipeline: demo.Inner\ninput: number\nsteps: [{ id: times, map: it * ${factor} }]\n`
  writeFileSync(common, inner(2))
  const { open } = await openFile(
    folder,
    runText.replace('steps:', 'imports: [./common.yaml]\nsteps:').replace('map: it * 2', 'pipeline: demo.Inner'),
  )
  expect(await run(open, 1)).toEqual({ ok: true, value: 4 })
  writeFileSync(common, inner(7))
  await open.callOrThrow(reloadPipelines, {})
  expect(await run(open, 1)).toEqual({ ok: true, value: 14 })
  writeFileSync(common, 'heddle: 1\npipeline: demo.Inner\nsteps: [{ id: times, mapp: it }]\n')
  expect(await open.call(reloadPipelines, {})).toMatchObject({
    errors: [{ data: { mistakes: [{ file: common, line: 3 }] } }],
  })
  expect(await run(open, 1)).toEqual({ ok: true, value: 14 })
})

test('a plan that stands in the code has no file to reload, and an unknown one is told', async () => {
  const open = await openWith(first, newFolder())
  expect(await open.callOrThrow(reloadPipelines, {})).toEqual({ pipelines: [] })
  expect(await open.call(reloadPipelines, { pipeline: 'demo.Run' })).toMatchObject({
    errors: [{ code: 'PlanWithoutFile' }],
  })
  expect(await open.call(reloadPipelines, { pipeline: 'demo.Other' })).toMatchObject({
    errors: [{ code: 'UnknownPipeline' }],
  })
})

test('a pipeline that runs another one runs it as it was reloaded', async () => {
  const folder = newFolder()
  const file = join(folder, 'inner.yaml')
  const innerText = (factor: number) =>
    `heddle: 1\npipeline: demo.Inner\ninput: number\noutput: number\nsteps: [{ id: times, map: it * ${factor} }]\n`
  writeFileSync(file, innerText(2))
  const inner = pipeline(pathToFileURL(file))
  const outer = pipeline(
    planOf([
      { id: 'in', pipeline: 'demo.Inner' },
      { id: 'more', map: 'it + 1' },
    ]),
    {
      pipelines: [inner],
    },
  )
  const open = await app('demo', { parts: [inner, outer], database: sqlite() }).open({ folder })
  opened.push(open)
  await open.start()
  expect(await run(open, 5)).toEqual({ ok: true, value: 11 })
  writeFileSync(file, innerText(3))
  await open.callOrThrow(reloadPipelines, { pipeline: 'demo.Inner' })
  expect(await run(open, 5)).toEqual({ ok: true, value: 16 })
})

test('a call that has begun ends with its own steps, also where others of the same names came meanwhile', async () => {
  const folder = newFolder()
  const held = Promise.withResolvers<void>()
  const hold = command('demo.Hold', {
    input: z.number(),
    output: z.number(),
    run: async ({ input }) => {
      await held.promise
      return input
    },
  })
  const tenfold = command('demo.Tenfold', { input: z.number(), output: z.number(), run: ({ input }) => input * 10 })
  const text = (called: string) => `${runText.split('steps:')[0]}steps:
  - { id: wait, call: demo.Hold }
  - { id: then, call: ${called}, retry: { attempts: 2 } }
`
  const file = join(folder, 'run.yaml')
  writeFileSync(file, text('demo.AddOne'))
  const commands = [addOne, hold, tenfold]
  const parts = [...commands, pipeline(pathToFileURL(file), { commands })]
  const open = await app('demo', { parts, database: sqlite() }).open({ folder })
  opened.push(open)
  await open.start()
  const begun = run(open, 5)
  writeFileSync(file, text('demo.Tenfold'))
  await open.callOrThrow(reloadPipelines, {})
  const after = run(open, 5)
  held.resolve()
  expect(await begun).toEqual({ ok: true, value: 6 })
  expect(await after).toEqual({ ok: true, value: 50 })
})
