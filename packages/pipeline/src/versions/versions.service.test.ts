import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, type OpenApp } from '@heddle/core'
import { postgres } from '@heddle/data'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { addOne } from '../../fixtures/plan/commands.ts'
import { planHash } from '../plan/hash.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { pipeline } from '../run/pipeline.ts'
import { listPipelines } from './commands/list-pipelines.ts'
import { reloadPipelines } from './commands/reload-pipelines.ts'
import { rollBackPipeline } from './commands/roll-back-pipeline.ts'
import { showPipeline } from './commands/show-pipeline.ts'
import { tagPlan } from './commands/tag-plan.ts'

const planOf = (steps: readonly Step[]): Plan => ({
  heddle: 1,
  pipeline: 'demo.Run',
  input: 'number',
  output: 'number',
  steps,
})
const plus: Step = { id: 'plus', call: 'demo.AddOne' }
const first = planOf([plus])
const second = planOf([plus, { id: 'twice', map: 'it * 2' }])

/** One more process over a database. */
async function processOf(plan: Plan, url: string): Promise<OpenApp> {
  const parts = [addOne, pipeline(plan, { commands: [addOne] })]
  const open = await app('demo', { parts, database: postgres({ url }) }).open()
  await open.start()
  return open
}
const run = (open: OpenApp, input: number) => open.callByName('demo.Run', input)
const gives = (value: number) => ({ ok: true, value })

test('on PostgreSQL a rollback is heard by every process, holds for those that come later, and ends by another one', async () => {
  const url = await freshDatabase()
  await (await processOf(first, url)).close()
  const apps = [await processOf(second, url), await processOf(second, url)]
  const [left, right] = apps as [OpenApp, OpenApp]
  for (const one of apps) expect(await run(one, 1)).toEqual(gives(4))

  const back = await left.callOrThrow(rollBackPipeline, { pipeline: 'demo.Run', version: planHash(first) })
  expect(back).toEqual({ hash: planHash(first), before: planHash(second) })
  for (const one of apps) await expect.poll(() => run(one, 1)).toEqual(gives(2))
  const late = await processOf(second, url)
  expect(await run(late, 1)).toEqual(gives(2))
  expect((await late.callOrThrow(listPipelines, {})).pipelines).toMatchObject([
    { name: 'demo.Run', version: planHash(first), declared: planHash(second) },
  ])

  await right.callOrThrow(rollBackPipeline, { pipeline: 'demo.Run', version: 'declared' })
  for (const one of [...apps, late]) await expect.poll(() => run(one, 1)).toEqual(gives(4))
  for (const one of [...apps, late]) await one.close()
})

test('on PostgreSQL versions and their tags are the same in every process, also while two bring different plans along', async () => {
  const url = await freshDatabase()
  const [left, right] = await Promise.all([processOf(first, url), processOf(second, url)])
  await left.callOrThrow(tagPlan, { pipeline: 'demo.Run', tag: 'stable', version: planHash(first) })
  for (const one of [left, right]) {
    const shown = await one.callOrThrow(showPipeline, { pipeline: 'demo.Run', version: 'stable' })
    expect(shown).toMatchObject({ plan: first, hash: planHash(first) })
    expect(shown.versions.map(({ hash }) => hash).toSorted()).toEqual([planHash(first), planHash(second)].toSorted())
  }
  // Who rolls back at the same time as another one is told of the other's, or of what was before it.
  const versions = [planHash(first), planHash(second)]
  const told = await Promise.all(
    versions.map((version, index) => [left, right][index]!.call(rollBackPipeline, { pipeline: 'demo.Run', version })),
  )
  expect(told.every(({ ok }) => ok)).toBe(true)
  const [value] = await Promise.all([run(left, 1), run(right, 1)])
  expect([gives(2), gives(4)]).toContainEqual(value)
  await expect.poll(async () => JSON.stringify(await run(left, 1)) === JSON.stringify(await run(right, 1))).toBe(true)
  for (const one of [left, right]) await one.close()
})

test('on PostgreSQL a plan that one process reads anew runs in all of them, and is not undone by those whose file is older', async () => {
  const url = await freshDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'heddle-reload-'))
  const file = join(folder, 'run.yaml')
  const text =
    'heddle: 1\npipeline: demo.Run\ninput: number\noutput: number\nsteps:\n  - { id: plus, call: demo.AddOne }\n'
  writeFileSync(file, text)
  const fromFile = async () => {
    const parts = [addOne, pipeline(pathToFileURL(file), { commands: [addOne] })]
    const open = await app('demo', { parts, database: postgres({ url }) }).open()
    await open.start()
    return open
  }
  const [left, right] = [await fromFile(), await fromFile()]
  writeFileSync(file, text + '  - { id: times, map: it * 10 }\n')
  const { pipelines } = await left.callOrThrow(reloadPipelines, {})
  expect(await run(left, 1)).toEqual(gives(20))
  await expect.poll(() => run(right, 1)).toEqual(gives(20))
  // Whatever else is told among processes, the other one has not brought its older file along again.
  await right.callOrThrow(tagPlan, { pipeline: 'demo.Run', tag: 'edited' })
  await left.callOrThrow(rollBackPipeline, { pipeline: 'demo.Run', version: pipelines[0]!.before })
  for (const one of [left, right]) await expect.poll(() => run(one, 1)).toEqual(gives(2))
  await right.callOrThrow(rollBackPipeline, { pipeline: 'demo.Run', version: 'edited' })
  for (const one of [left, right]) await expect.poll(() => run(one, 1)).toEqual(gives(20))
  const late = await fromFile()
  expect(await run(late, 1)).toEqual(gives(20))
  expect((await late.callOrThrow(showPipeline, { pipeline: 'demo.Run' })).declared).toBe(pipelines[0]!.hash)
  for (const one of [left, right, late]) await one.close()
  rmSync(folder, { recursive: true, force: true })
})
