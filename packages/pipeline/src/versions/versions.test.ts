import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, type OpenApp } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { afterEach, expect, test } from 'vitest'
import { addOne } from '../../fixtures/plan/commands.ts'
import { planHash } from '../plan/hash.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { pipeline } from '../run/pipeline.ts'
import { listPipelines } from './commands/list-pipelines.ts'
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
