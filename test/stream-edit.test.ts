import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, job, type Json, type OpenApp, sqlite } from 'heddle'
import { collectSink, type JobOptions } from 'heddle/stream'
import { afterEach, expect, test } from 'vitest'
import { ordersWithoutEnd } from './fixtures/orders-source.ts'

const opened: OpenApp[] = []
const folders: string[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** It cannot be read from its beginning again. */
const orders = ordersWithoutEnd({ rereads: false })

const plan = (steps: string) => `heddle: 1
pipeline: shop.Sales
source: { given: orders, type: { id: int, shop: string, cents: int, at: int }, time: it.at, decode: whole }
steps:
${steps}
sink: { given: out }
checkpoint: 20ms
`
const counted = (id: string, aggregate = 'sales: count()', window = 'tumbling: 1m') =>
  `  - { id: ${id}, window: { ${window}, by: it.shop }, aggregate: { ${aggregate} } }`

interface Sales {
  readonly shop: string
  readonly start: Json
  readonly sales: number
  readonly cents?: number
}

/** A job under load, with the file of its plan. */
async function run(steps: string, options: JobOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-stream-edit-'))
  folders.push(folder)
  const file = join(folder, 'sales.yaml')
  writeFileSync(file, plan(steps))
  const out = collectSink()
  const sales = job(pathToFileURL(file), { ...options, sources: { orders }, sinks: { out } })
  const running = await app('shop', { parts: [sales], database: sqlite() }).open({ folder })
  opened.push(running)
  await running.start()
  const results = () => out.values as readonly Sales[]
  /** Lets it go on until there are results that only another minute gives. */
  const goOn = async () => {
    const many = results().length
    await expect.poll(() => results().length, { timeout: 30_000 }).toBeGreaterThan(many + 10)
  }
  const edit = async (changed: string) => {
    writeFileSync(file, plan(changed))
    return running.callByName('heddle.ReloadPipelines', {})
  }
  const status = async () => {
    const outcome = await running.callByName('heddle.ShowJob', { job: 'shop.Sales' })
    return (outcome as unknown as { value: { state: string; because?: string } }).value
  }
  await goOn()
  return { running, results, goOn, edit, status }
}

/** Each minute of each shop is told once, and none is left out. */
function expectWhole(results: readonly Sales[]): void {
  const minutes = new Map<string, number[]>()
  for (const { shop, start } of results) {
    minutes.set(shop, [...(minutes.get(shop) ?? []), Math.floor(new Date(start as string | number).getTime() / 60_000)])
  }
  expect(minutes.size).toBe(5)
  for (const told of minutes.values()) expect(told).toEqual(told.map((_, index) => index))
}

test('a filter that is added to a job under load counts from the next checkpoint on, and the open window stays', async () => {
  const { results, goOn, edit, status } = await run(counted('perShop'))
  const outcome = await edit(`  - { id: cheap, filter: it.cents < 50 }\n${counted('perShop')}`)
  expect(outcome).toMatchObject({ ok: true, value: { pipelines: [{ changed: true }] } })
  await expect.poll(() => results().at(-1)?.sales, { timeout: 30_000 }).toBe(60)
  await goOn()
  expect((await status()).state).toBe('running')
  expectWhole(results())
  // Whole minutes before, whole minutes behind, and between them the one in which it was edited.
  const counts = results()
    .filter(({ shop }) => shop === 'shop-0')
    .map(({ sales }) => sales)
  const between = counts.filter((count) => count !== 120 && count !== 60)
  expect(between.length).toBeLessThan(2)
  for (const count of between) expect(count).toSatisfy((many: number) => many > 60 && many < 120)
  expect(counts).toEqual(counts.toSorted((one, other) => other - one))
})

test.for([
  ['where that is said', { renamed: { perMarket: 'perShop' } }],
  ['by itself, where it is the same in all else', {}],
] as const)('a step of a job under load is renamed, with its state: %s', async ([, options]) => {
  const { results, goOn, edit, status } = await run(counted('perShop'), options)
  const notes = ['"perMarket" takes over the state of "perShop".']
  expect(await edit(counted('perMarket'))).toMatchObject({ ok: true, value: { pipelines: [{ runs: { notes } }] } })
  await goOn()
  await goOn()
  expect((await status()).state).toBe('running')
  expectWhole(results())
  expect(results().every(({ sales }) => sales === 120)).toBe(true)
})

test.for([
  ['an aggregate that is added', counted('perShop', 'sales: count(), cents: sum(it.cents)')],
  ['another window', counted('perShop', 'sales: count()', 'tumbling: 2m')],
])(
  '%s does not fit the state of a job under load: it is refused at its place, and the job goes on',
  async ([, changed]) => {
    const { results, goOn, edit, status } = await run(counted('perShop'))
    const outcome = await edit(changed!)
    expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'PlanRefused' }] })
    const { message } = (outcome as unknown as { errors: { message: string }[] }).errors[0]!
    expect(message).toMatch(
      /sales\.yaml:5:\d+ The state of "perShop" does not fit: .* It cannot be built anew: the source "orders" cannot be read from its beginning again\. Give the step another id/,
    )
    await goOn()
    expect((await status()).state).toBe('running')
    expectWhole(results())
    expect(results().every(({ sales }) => sales === 120)).toBe(true)
  },
)

test('a step of another id, with more aggregates and another window, begins with nothing', async () => {
  const { results, goOn, edit, status } = await run(counted('perShop'))
  const notes = [
    '"perTwo" begins with nothing. The step is new: it sees only the records that come from now on.',
    'The state of "perShop" is dropped. No step of the plan has this state any more: what is open in it, e.g. a window, is ' +
      "not told. Where the step only has another name, say so with `renamed` of the job: { perTwo: 'perShop' }.",
  ]
  expect(await edit(counted('perTwo', 'sales: count(), cents: sum(it.cents)', 'tumbling: 2m'))).toMatchObject({
    ok: true,
    value: { pipelines: [{ runs: { notes } }] },
  })
  await expect
    .poll(() => results().filter(({ cents }) => cents !== undefined).length, { timeout: 30_000 })
    .toBeGreaterThan(20)
  await goOn()
  expect((await status()).state).toBe('running')
  const whole = results()
    .filter(({ cents }) => cents !== undefined)
    .slice(5)
  expect(whole.every(({ sales }) => sales === 240)).toBe(true)
})
