import { app, command, event } from '@heddle/core'
import { entity, eventsOf, repository } from '@heddle/data'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan, pipeline } from '@heddle/pipeline'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { runsOf } from '../index.ts'
import { planWorkflow } from './plan-workflow.ts'

const Line = entity('shop.Line', { key: 'id', fields: { id: z.string(), text: z.string() } })
const Lines = repository(Line)
const Packed = event('shop.Packed', { data: z.object({ order: z.string() }) })

const reserve = command('shop.Reserve', {
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string(), cents: z.int() }),
  errors: { SoldOut: z.object({ id: z.string() }) },
  uses: [Lines],
  run({ input: { id }, ctx, fail }) {
    if (id.startsWith('none')) return fail.SoldOut({ id })
    ctx.use(Lines).insert({ id, text: 'reserved' })
    return { id, cents: id.length * 100 }
  },
})
const release = command('shop.Release', {
  input: z.object({ id: z.string() }),
  output: z.object({}),
  uses: [Lines],
  async run({ input: { id }, ctx }) {
    const lines = ctx.use(Lines)
    const line = await lines.get(id)
    if (line) lines.delete(line)
    return {}
  },
})
const quote = command('shop.Quote', {
  input: z.object({ id: z.string() }),
  output: z.object({ cents: z.int() }),
  kind: 'query',
  run: ({ input }) => ({ cents: input.id.length }),
})
const all = command('shop.ListLines', {
  input: z.object({}),
  output: z.object({ ids: z.array(z.string()) }),
  kind: 'query',
  uses: [Lines],
  run: async ({ ctx }) => ({ ids: (await ctx.use(Lines).find({})).records.map(({ id }) => id) }),
})

const text = `
heddle: 1
pipeline: shop.Pack
input: { order: string, items: { type: list, of: { id: string } } }
steps:
  - id: each
    forEach:
      list: it.items
      key: it.id
      concurrency: 2
      steps:
        - { id: reserve, call: shop.Reserve }
        - { id: undo, compensate: { command: shop.Release, with: { id: it.id } } }
  - id: prices
    from: input
    parallel:
      branches:
        - id: left
          steps: [{ id: quoteLeft, call: { command: shop.Quote, with: { id: input.order } } }]
        - id: right
          steps: [{ id: quoteRight, call: { command: shop.Quote, with: { id: input.order } } }]
      wait: race
  - id: pause
    wait: 10ms
  - id: approval
    wait: { signal: approved, type: { by: string } }
  - id: checked
    when:
      if: it.by == 'nobody'
      then: [{ id: broken, call: { command: shop.Reserve, with: { id: "'none'" } } }]
  - id: told
    emit: { event: shop.Packed, data: { order: input.order } }
`

function packing() {
  const parsed = parsePlan(text, 'pack.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return planWorkflow(parsed.plan, { commands: [reserve, release, quote], events: [Packed] })
}

async function opened(folder = mkdtempSync(join(tmpdir(), 'heddle-plan-'))) {
  const pack = packing()
  const running = await app('shop', { parts: [pack, Line, Packed, all], database: usualDatabase() }).open({ folder })
  await running.start()
  return { running, pack, folder }
}

const order = { order: 'o-1', items: [{ id: 'a' }, { id: 'bb' }] }

test('a plan with waits and compensation is a workflow: it takes its steps and ends with its value', async () => {
  const { running, pack } = await opened()
  const run = await runsOf(running).start(pack, order as never)
  await runsOf(running).signal(run.run, 'approved', { by: 'Ada' })
  expect(await run.outcome()).toEqual({ ok: true, value: { by: 'Ada' } })
  expect(await running.callOrThrow(all, {})).toEqual({ ids: ['a', 'bb'] })
  const events = await eventsOf(running).read({ on: [Packed] })
  expect(events.map(({ data }) => data)).toEqual([{ order: 'o-1' }])
  await running.close()
})

test('what a plan did is undone when a later step fails', async () => {
  const { running, pack } = await opened()
  const run = await runsOf(running).start(pack, order as never)
  await runsOf(running).signal(run.run, 'approved', { by: 'nobody' })
  expect(await run.outcome()).toMatchObject({ ok: false, errors: [{ code: 'SoldOut' }] })
  expect(await running.callOrThrow(all, {})).toEqual({ ids: [] })
  await running.close()
})

test('a run of a plan goes on in the next process', async () => {
  const { running, pack, folder } = await opened()
  const { run } = await runsOf(running).start(pack, order as never)
  await running.close()
  const again = await opened(folder)
  await runsOf(again.running).signal(run, 'approved', { by: 'Bob' })
  expect(await runsOf(again.running).outcome(run)).toEqual({ ok: true, value: { by: 'Bob' } })
  await again.running.close()
})

test('secrets are refused in a workflow, whose journal would hold them', () => {
  const parsed = parsePlan(
    `heddle: 1\npipeline: shop.Secret\nsecrets: { key: { env: KEY } }\nsteps: [{ id: a, wait: 1s }]\n`,
    'a.yaml',
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  expect(() => planWorkflow(parsed.plan)).toThrow(/secret/)
})

test('a parameter that is not given is told at its place', () => {
  const parsed = parsePlan(
    `heddle: 1\npipeline: shop.Late\nparameters: { days: { type: int } }\nsteps: [{ id: a, wait: 1s }]\n`,
    'a.yaml',
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  expect(() => planWorkflow(parsed.plan)).toThrow(/parameter "days" is missing/)
})

test('events are refused in a workflow, with who starts it instead', () => {
  const parsed = parsePlan(`heddle: 1\npipeline: shop.Late\non: shop.Packed\nsteps: [{ id: a, wait: 1s }]\n`, 'a.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  expect(() => planWorkflow(parsed.plan, { events: [Packed] })).toThrow(/on Events start no workflow by themselves/)
})

test('a plan that is a workflow brings its steps and children along, and not what its steps call', () => {
  const planOf = (name: string, step: string) => {
    const parsed = parsePlan(
      `heddle: 1\npipeline: ${name}\ninput: { id: string }\nsteps: [{ id: a, ${step} }]\n`,
      'a.yaml',
    )
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
    return parsed.plan
  }
  const commandsWith = (...parts: Parameters<typeof app>[1]['parts']) =>
    Object.keys(app('shop', { parts, database: usualDatabase() }).manifest().parts.command!)
  const inner = planWorkflow(planOf('shop.Inner', 'call: shop.Quote'), { commands: [quote] })
  const outer = planWorkflow(planOf('shop.Outer', 'pipeline: shop.Inner'), { pipelines: [inner] })
  expect(commandsWith(outer)).toEqual(expect.arrayContaining(['shop.Outer', 'shop.Inner', 'shop.Quote']))

  const plain = pipeline(planOf('shop.Plain', 'call: shop.Quote'), { commands: [quote] })
  const calling = planWorkflow(planOf('shop.Calling', 'pipeline: shop.Plain'), { pipelines: [plain] })
  expect(() => commandsWith(calling)).toThrow('shop.Plain needs the command shop.Quote')
  expect(commandsWith(calling, quote)).toEqual(expect.arrayContaining(['shop.Calling', 'shop.Plain', 'shop.Quote']))
})
