import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, command } from '@heddle/core'
import { postgres } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { runsOf } from '../index.ts'
import { planWorkflow } from './plan-workflow.ts'

const order = z.object({ order: z.string() })
const told: string[] = []
const say = (word: string) =>
  command(`shop.${word}`, {
    input: order,
    output: order,
    run({ input }) {
      told.push(`${word} ${input.order}`)
      return input
    },
  })
const commands = ['Charge', 'Check', 'Ship', 'Thank'].map(say)
const first = `heddle: 1
pipeline: shop.Order
input: { order: string }
output: { order: string }
steps:
  - { id: charge, call: shop.Charge, retry: { attempts: 2 } }
  - { id: paid, wait: { signal: paid, type: { order: string } } }
  - { id: ship, call: shop.Ship, retry: { attempts: 2 } }
`

test('on PostgreSQL each process takes an edited plan up, and whichever has a run lets it end by the plan that fits it', async () => {
  const url = await freshDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'heddle-reload-'))
  const file = join(folder, 'order.yaml')
  writeFileSync(file, first)
  const processOf = async () => {
    const workflow = planWorkflow<{ order: string }>(pathToFileURL(file), { commands })
    const open = await app('shop', { parts: [workflow], database: postgres({ url }) }).open()
    await open.start()
    return { open, workflow, runs: runsOf(open) }
  }
  const [left, right] = [await processOf(), await processOf()]
  const begun: string[] = []
  for (let index = 0; index < 12; index++) {
    const { runs, workflow } = index % 2 === 0 ? left : right
    const { run } = await runs.start(workflow, { order: `o-${index}` })
    begun.push(run)
  }
  const states = async () => {
    const listed = await left.open.callByName('heddle.ListRuns', { states: ['waiting'] })
    return listed.ok ? (listed.value as { runs: unknown[] }).runs.length : 0
  }
  await expect.poll(states, { timeout: 10_000 }).toBe(12)
  const versionOf = async ({ open }: typeof left) => {
    const listed = await open.callByName('heddle.ListPipelines', {})
    return listed.ok ? (listed.value as { pipelines: { version: string }[] }).pipelines[0]!.version : undefined
  }
  const reload = async (text: string) => {
    writeFileSync(file, text)
    const outcome = await left.open.callByName('heddle.ReloadPipelines', {})
    const version = await versionOf(left)
    await expect.poll(() => versionOf(right)).toBe(version)
    return outcome
  }
  const thanking = `${first}  - { id: thank, call: shop.Thank }\n`
  expect(await reload(thanking)).toMatchObject({ value: { pipelines: [{ runs: { fit: 12, keep: 0 } }] } })
  const end = async (index: number) => {
    const { runs } = index % 3 === 0 ? left : right
    await runs.signal(begun[index]!, 'paid', { order: `o-${index}` })
    expect(await runs.outcome(begun[index]!)).toEqual({ ok: true, value: { order: `o-${index}` } })
  }
  for (let index = 0; index < 6; index++) await end(index)

  const checking = thanking.replace('steps:\n', 'steps:\n  - { id: check, call: shop.Check }\n')
  expect(await reload(checking)).toMatchObject({ value: { pipelines: [{ runs: { fit: 0, keep: 6 } }] } })
  for (let index = 6; index < 12; index++) await end(index)
  const words = (word: string) => told.filter((line) => line.startsWith(word)).length
  expect([words('Charge'), words('Check'), words('Ship')]).toEqual([12, 0, 12])
  // Those that were not taken up between the two edits go by the plan that they began with, which does not thank.
  expect(words('Thank')).toBe(6)
  for (const { open } of [left, right]) await open.close()
  rmSync(folder, { recursive: true, force: true })
})
