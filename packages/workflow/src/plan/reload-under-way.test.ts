import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, command, seededRandom } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { runsOf } from '../index.ts'
import { planWorkflow } from './plan-workflow.ts'

const effects = new Map<string, number>()
const order = z.object({ order: z.string() })
const act = command('shop.Act', {
  input: z.object({ order: z.string(), at: z.string() }),
  output: order,
  run({ input: { order: of, at } }) {
    const effect = `${of} ${at}`
    effects.set(effect, (effects.get(effect) ?? 0) + 1)
    return { order: of }
  },
})

interface Reloaded {
  readonly pipelines: readonly { readonly runs?: { readonly fit: number; readonly keep: number } }[]
}

const step = (id: string) =>
  `  - { id: ${id}, call: { command: shop.Act, with: { order: input.order, at: '"${id}"' } }, retry: { attempts: 2 } }\n`
const planText = (steps: readonly string[]) =>
  `heddle: 1\npipeline: shop.Order\ninput: { order: string }\noutput: { order: string }\nsteps:\n${steps.join('')}`
const pause = (id: string) => `  - { id: ${id}, wait: { signal: ${id}, type: { order: string } } }\n`
const branch = (id: string) => `          - id: ${id}Side\n            steps:\n              ${step(id).trimStart()}`
const both = (one: string, other: string) =>
  `  - id: both\n    parallel:\n        branches:\n${branch(one)}${branch(other)}  - { id: unboth, map: { order: input.order } }\n`

/** Plans that fit runs of one another at some places, and at others not. */
const plans = [
  [step('a'), pause('p1'), step('b'), pause('p2'), step('c')],
  [step('a'), pause('p1'), step('b'), pause('p2'), step('c'), step('d')],
  [step('z'), step('a'), pause('p1'), step('b'), pause('p2'), step('c')],
  [step('a'), pause('p1'), both('b', 'e'), pause('p2'), step('c')],
  [step('b'), pause('p2'), step('a'), pause('p1')],
].map(planText)

test(
  'whatever plans come while runs are under way, each run ends, and does nothing twice',
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-under-way-'))
    const file = join(folder, 'order.yaml')
    writeFileSync(file, plans[0]!)
    const workflow = planWorkflow<{ order: string }>(pathToFileURL(file), { commands: [act] })
    const open = await app('shop', { parts: [workflow], database: usualDatabase() }).open({ folder })
    await open.start()
    const random = seededRandom(5)
    let [fits, keeps] = [0, 0]
    const runs = runsOf(open)
    const begun: string[] = []
    const waiting = new Map<string, string[]>()
    /** Sends a run the next of its signals. */
    const signal = async (index: number) => {
      const left = waiting.get(begun[index]!)!
      const name = left.shift()
      if (name !== undefined) await runs.signal(begun[index]!, name, { order: `o-${index}` })
    }
    for (let round = 0; round < 24; round++) {
      for (let index = 0; index < 5; index++) {
        begun.push((await runs.start(workflow, { order: `o-${begun.length}` })).run)
        waiting.set(begun.at(-1)!, random.next() < 0.5 ? ['p1', 'p2'] : ['p2', 'p1'])
      }
      for (let sent = 0; sent < 6; sent++) await signal(Math.floor(random.next() * begun.length))
      writeFileSync(file, plans[Math.floor(random.next() * plans.length)]!)
      const outcome = await open.callByName('heddle.ReloadPipelines', {})
      expect(outcome.ok ? '' : outcome.errors[0]!.message).toBe('')
      const { pipelines } = (outcome as unknown as { value: Reloaded }).value
      for (const { runs: counts } of pipelines) {
        fits += counts?.fit ?? 0
        keeps += counts?.keep ?? 0
      }
    }
    for (const [index, run] of begun.entries()) {
      await signal(index)
      await signal(index)
      expect(await runs.outcome(run)).toEqual({ ok: true, value: { order: `o-${index}` } })
    }
    expect([...effects].filter(([, count]) => count !== 1)).toEqual([])
    // Otherwise the plans would have been too much alike, or too different.
    expect(fits).toBeGreaterThan(100)
    expect(keeps).toBeGreaterThan(100)
    const halted = await open.callByName('heddle.ListRuns', { states: ['blocked', 'parked'] })
    expect(halted).toMatchObject({ value: { runs: [] } })
    await open.close()
    rmSync(folder, { recursive: true, force: true })
  },
)
