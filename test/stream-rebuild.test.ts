import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AnyCommand, app, command, fn, job, type OpenApp, sqlite } from 'heddle'
import { collectSink, type JobOptions, type Source } from 'heddle/stream'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { ordersSource, ordersWithoutEnd } from './fixtures/orders-source.ts'
import { type Order, orderOf, rowsOf } from './fixtures/rebuild-plan.ts'

const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Orders that come for as long as they are not held: whoever reads waits for them. */
function ordersThatCome(more: Partial<Source['guarantees']> = {}) {
  let [count, isHeld, barrier] = [2000, false, Infinity]
  const waiting = new Set<() => void>()
  const wakeAll = () => {
    for (const wake of waiting) wake()
    waiting.clear()
  }
  const come = setInterval(() => {
    if (isHeld) return
    count += 100
    wakeAll()
  }, 2)
  closing.push(() => clearInterval(come))
  const source = ordersSource({
    guarantees: more,
    async upTo(from, max, isClosed) {
      while ((from >= count || from === barrier) && !isClosed()) {
        await new Promise<void>((resolve) => waiting.add(resolve))
      }
      return isClosed() ? undefined : Math.min(count, from + max, from < barrier ? barrier : Infinity)
    },
    onClose: wakeAll,
  })
  return {
    source,
    /** No more come. Gives how many there are. */
    hold() {
      isHeld = true
      return count
    },
    /** Who has not read so far waits there, until it is opened. */
    close(at: number) {
      barrier = at
    },
    open() {
      barrier = Infinity
      wakeAll()
    },
  }
}

const planText = (window: string, aggregate = 'sales: count()') => `heddle: 1
pipeline: shop.Sales
source: { given: orders, type: { id: int, shop: string, cents: int, at: int }, time: it.at, decode: whole }
steps:
  - { id: perShop, window: { ${window}, by: it.shop }, aggregate: { ${aggregate} } }
sinks:
  sales: { from: perShop, table: { name: sales } }
  told: { from: perShop, given: told }
  all: { from: source, file: { path: all.ndjson } }
  seen: { from: perShop, view: { name: seen, key: shop } }
checkpoint: 20ms
`

interface Row {
  readonly shop: string
  readonly start: Date
  readonly end: Date
  readonly sales: number
}

/** What is asked of a running app. @param file that of the plan */
function shopOf(running: OpenApp, file: string) {
  const ask = async (name: string, input: object = {}) => {
    const outcome = await running.callByName(name, input as never)
    if (!outcome.ok) throw new Error(outcome.errors[0]!.message)
    return outcome.value as never
  }
  return {
    running,
    ask,
    edit: (changed: string) => {
      writeFileSync(file, changed)
      return running.callByName('heddle.ReloadPipelines', {})
    },
    status: () => ask('heddle.ShowJob', { job: 'shop.Sales' }) as Promise<Status>,
    rows: async () => {
      const found: Row[] = []
      for (let after: string | undefined; ;) {
        const page = (await ask('shop.FindSales', { limit: 1000, ...(after && { after }) })) as {
          records: Row[]
          next?: string
        }
        found.push(...page.records)
        if (page.next === undefined) break
        after = page.next
      }
      return found
        .map(({ shop, start, end, sales }) => `${shop} ${start.getTime()} ${end.getTime()} ${sales}`)
        .toSorted()
    },
    /** Waits until all that came was read. */
    untilRead: (count: number) =>
      expect
        .poll(async () => ((await ask('heddle.ShowJob', { job: 'shop.Sales' })) as Status).sources[0]!.records, {
          timeout: 60_000,
        })
        .toBe(count),
  }
}

async function run(options: JobOptions = {}, orders = ordersThatCome()) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-stream-rebuild-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'sales.yaml')
  const told = collectSink()
  const open = async (text: string, given = options) => {
    writeFileSync(file, text)
    const sales = job(pathToFileURL(file), { ...given, sources: { orders: orders.source }, sinks: { told } })
    const running = await app('shop', {
      parts: [sales, ...((options.commands ?? []).filter(({ kind }) => kind !== 'function') as AnyCommand[])],
      database: sqlite(),
    }).open({ folder, root: folder })
    closing.push(() => running.close())
    await running.start()
    return shopOf(running, file)
  }
  return { folder, told, orders, open }
}

type Shop = Awaited<ReturnType<Awaited<ReturnType<typeof run>>['open']>>

interface Status {
  readonly state: string
  readonly plan: string
  readonly because?: string
  readonly rebuilding?: { readonly records: number; readonly of: number; readonly because?: string }
  readonly sources: readonly { readonly records: number }[]
}

const lines = (folder: string) =>
  readFileSync(join(folder, 'all.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as Order).id)

/** Waits until so many results were told beyond those that are there. */
async function untilTold(told: { readonly values: readonly unknown[] }, more: number) {
  const many = told.values.length
  await expect.poll(() => told.values.length, { timeout: 30_000 }).toBeGreaterThan(many + more)
}

const order = z.object({ id: z.int(), shop: z.string(), cents: z.int(), at: z.int() })

const [oneMinute, twoMinutes] = [planText('tumbling: 1m'), planText('tumbling: 2m')]

/** Lets the orders end, and holds everything against a job that had the plan from the start. */
async function expectWhole({ folder, orders }: Awaited<ReturnType<typeof run>>, shop: Shop, size: number) {
  const count = orders.hold()
  await shop.untilRead(count)
  const rows = rowsOf(count, size, orderOf(count - 1).at - 1)
  await expect.poll(() => shop.rows(), { timeout: 30_000 }).toEqual(rows)
  await expect.poll(() => lines(folder).length, { timeout: 30_000 }).toBe(count)
  expect(lines(folder)).toEqual(Array.from({ length: count }, (_, id) => id))
  const { rows: seen } = (await shop.ask('shop.ShowSeen')) as { rows: { value: { start: string; end: string } }[] }
  expect(seen).toHaveLength(5)
  for (const { value } of seen) expect(Date.parse(value.end) - Date.parse(value.start)).toBe(size)
}

test('a window of another size is built anew under load, and takes the place of the one before without a gap', async () => {
  const given = await run()
  const { told, orders, open } = given
  const shop = await open(oneMinute)
  await untilTold(told, 50)
  orders.close(1500)
  const outcome = await shop.edit(twoMinutes)
  const notes = [expect.stringMatching(/^The state of "perShop" is built anew beside the running job.* size 1m → 2m/)]
  expect(outcome).toMatchObject({
    ok: true,
    value: { pipelines: [{ changed: true, runs: { notes, waits: 'built' } }] },
  })

  // The new plan is held at an order; the one before goes on, and its rows are there.
  await expect.poll(async () => (await shop.status()).rebuilding?.records, { timeout: 30_000 }).toBe(1500)
  await untilTold(told, 50)
  const { state, rebuilding } = await shop.status()
  expect({ state, because: rebuilding!.because }).toEqual({ state: 'running', because: undefined })
  expect(rebuilding!.of).toBeGreaterThan(1500)
  const { jobs } = (await shop.ask('heddle.ListJobs')) as { jobs: { job: string; rebuilding?: object }[] }
  expect(jobs).toMatchObject([{ job: 'shop.Sales', rebuilding: { records: 1500 } }])
  const { behind } = (await shop.ask('heddle.ExplainJob', { job: 'shop.Sales' })) as { behind: string[] }
  expect(behind[0]).toMatch(/^the state of its new plan is built beside it: 1500 of \d+ records$/)
  expect((await shop.rows()).every((row) => row.endsWith(' 120'))).toBe(true)

  orders.open()
  await expect.poll(async () => (await shop.status()).rebuilding, { timeout: 30_000 }).toBe(undefined)
  await expect.poll(() => (told.values.at(-1) as Row).sales, { timeout: 30_000 }).toBe(240)
  await untilTold(told, 20)
  await expectWhole(given, shop, 120_000)
  // What is needed no more is gone.
  expect(readdirSync(join(given.folder, 'jobs')).filter((name) => name.endsWith('.state'))).toEqual([
    'shop.Sales.2.state',
  ])
  const { checkpoints } = (await shop.ask('heddle.ListCheckpoints', { pipeline: 'shop.Sales' })) as {
    checkpoints: { plan: string }[]
  }
  expect(new Set(checkpoints.map(({ plan }) => plan))).toEqual(new Set([(await shop.status()).plan]))

  // Who is told what came was told each minute by the plan before, and each two minutes by the new one, without a gap.
  const ofShop = (told.values as Row[]).filter((row) => row.shop === 'shop-0')
  const times = ofShop.map(({ start, end }) => [Number(new Date(start)), Number(new Date(end))] as const)
  const change = times.findIndex(([start, end]) => end - start === 120_000)
  expect(times.slice(0, change)).toEqual(times.slice(0, change).map((_, at) => [at * 60_000, (at + 1) * 60_000]))
  const [first] = times[change]!
  expect(times.slice(change)).toEqual(
    times.slice(change).map((_, at) => [first + at * 120_000, first + (at + 1) * 120_000]),
  )
  const [, before] = times[change - 1]!
  expect([before, before - 60_000]).toContain(first)
})

test('a job that reads as fast as it can is held until its new state is there', async () => {
  const endless = ordersThatCome()
  const given = await run({}, { ...endless, source: ordersWithoutEnd() })
  const shop = await given.open(oneMinute)
  await untilTold(given.told, 100)
  expect(await shop.edit(twoMinutes)).toMatchObject({ ok: true })
  await expect.poll(() => (given.told.values.at(-1) as Row).sales, { timeout: 30_000 }).toBe(240)
})

test('another edit drops what was built so far, and one that is taken back leaves the job as it was', async () => {
  const given = await run()
  const { told, orders, open } = given
  const shop = await open(oneMinute)
  await untilTold(told, 20)
  orders.close(1500)
  for (const [text, records] of [
    [twoMinutes, 1500],
    [planText('tumbling: 3m'), 1500],
    [oneMinute, undefined],
  ] as const) {
    expect(await shop.edit(text)).toMatchObject({ ok: true })
    await expect.poll(async () => (await shop.status()).rebuilding?.records, { timeout: 30_000 }).toBe(records)
  }
  orders.open()
  await untilTold(told, 20)
  await expectWhole(given, shop, 60_000)
})

test('a plan that cannot be built leaves the one before running, says why, and is tried again when the job is resumed', async () => {
  let isBroken = true
  const look = fn('look', order, order, (given) => {
    if (isBroken && given.id === 300) throw new Error('the order 300 is odd')
    return given
  })
  const given = await run({ commands: [look] })
  const { told, open } = given
  const shop = await open(oneMinute)
  await untilTold(told, 20)
  const text = twoMinutes.replace('steps:\n', 'steps:\n  - { id: look, call: look }\n')
  expect(await shop.edit(text)).toMatchObject({ ok: true })
  await expect
    .poll(async () => (await shop.status()).rebuilding?.because, { timeout: 30_000 })
    .toContain('the order 300 is odd')
  await untilTold(told, 20)
  expect((await shop.status()).state).toBe('running')
  const { parts } = await shop.running.health()
  const trouble = expect.stringContaining('the order 300 is odd')
  expect(parts['job shop.Sales']).toEqual({ ok: false, detail: { trouble } })
  isBroken = false
  await shop.ask('heddle.ResumeJob', { pipeline: 'shop.Sales' })
  await expect.poll(() => (told.values.at(-1) as Row).sales, { timeout: 30_000 }).toBe(240)
  await expectWhole(given, shop, 120_000)
})

test('what the plan before cannot get over ends it, and the new one is built without it', async () => {
  let fails = false
  const look = fn('look', order, order, (given) => {
    if (fails) throw new Error('an odd order')
    return given
  })
  const given = await run({ commands: [look] })
  const { told, orders, open } = given
  const shop = await open(oneMinute.replace('steps:\n', 'steps:\n  - { id: look, call: look }\n'))
  await untilTold(told, 20)
  orders.close(1500)
  expect(await shop.edit(twoMinutes)).toMatchObject({ ok: true })
  await expect.poll(async () => (await shop.status()).rebuilding?.records, { timeout: 30_000 }).toBe(1500)
  fails = true
  orders.open()
  await expect.poll(() => (told.values.at(-1) as Row).sales, { timeout: 30_000 }).toBe(240)
  await expectWhole(given, shop, 120_000)
})

test('a process that has only the new plan shows the rows of the one before until it has taken over', async () => {
  const given = await run()
  const { told, orders, open } = given
  const first = await open(oneMinute)
  await untilTold(told, 20)
  await first.running.close()
  orders.close(1500)
  const shop = await open(twoMinutes)
  await expect.poll(async () => (await shop.status()).rebuilding?.records, { timeout: 30_000 }).toBe(1500)
  const rows = await shop.rows()
  expect(rows.length).toBeGreaterThan(20)
  expect(rows.every((row) => row.endsWith(' 120'))).toBe(true)
  orders.open()
  await expect.poll(() => (told.values.at(-1) as Row).sales, { timeout: 30_000 }).toBe(240)
  await expectWhole(given, shop, 120_000)
})

test('a job that rests is built anew once it is resumed, and begins from nothing where it was reset', async () => {
  const given = await run()
  const { told, orders, open } = given
  const shop = await open(oneMinute)
  await untilTold(told, 20)
  orders.close(1500)
  expect(await shop.edit(twoMinutes)).toMatchObject({ ok: true })
  await expect.poll(async () => (await shop.status()).rebuilding?.records, { timeout: 30_000 }).toBe(1500)
  await shop.ask('heddle.PauseJob', { pipeline: 'shop.Sales' })
  await expect.poll(async () => (await shop.status()).state).toBe('paused')
  await shop.ask('heddle.ResetJob', { pipeline: 'shop.Sales' })
  orders.open()
  await shop.ask('heddle.ResumeJob', { pipeline: 'shop.Sales' })
  await expect.poll(() => (told.values.at(-1) as Row).sales, { timeout: 30_000 }).toBe(240)
  expect((await shop.status()).rebuilding).toBe(undefined)
})

test('a job on a thread of its own is built anew, too', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-stream-rebuild-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'sales.yaml')
  const orders = join(folder, 'orders.ndjson')
  const text = (size: string) => `heddle: 1
pipeline: shop.Sales
place: thread
source: { file: { path: ${orders}, follow: true }, type: { id: int, shop: string, cents: int, at: int }, time: it.at }
steps:
  - { id: perShop, window: { tumbling: ${size}, by: it.shop }, aggregate: { sales: count() } }
sink: { table: { name: sales } }
checkpoint: 20ms
`
  const add = (from: number, to: number) => {
    const more = Array.from({ length: to - from }, (_, at) => `${JSON.stringify(orderOf(from + at))}\n`)
    appendFileSync(orders, more.join(''))
  }
  writeFileSync(file, text('1m'))
  add(0, 3001)
  process.env.REBUILD_PLAN = file
  const { default: declared } = await import('./fixtures/rebuild-on-thread.ts')
  const running = await declared.open({ folder, root: folder })
  closing.push(() => running.close())
  await running.start()
  const shop = shopOf(running, file)
  await expect.poll(() => shop.rows(), { timeout: 30_000 }).toEqual(rowsOf(3001, 60_000, 299_999))
  expect(await shop.edit(text('2m'))).toMatchObject({ ok: true })
  add(3001, 6001)
  await expect.poll(() => shop.rows(), { timeout: 30_000 }).toEqual(rowsOf(6001, 120_000, 599_999))
})

test('a step asks once about a record, whichever plan asks, and once more where the new plan asks something else', async () => {
  const asked: { readonly what: number; readonly sales: number }[] = []
  const note = command('shop.Note', {
    input: z.object({ what: z.int(), sales: z.int() }),
    output: z.object({ what: z.int() }),
    run: ({ input }) => {
      asked.push(input)
      return { what: input.what }
    },
  })
  const given = await run({ commands: [note] })
  const text = (size: string) => `heddle: 1
pipeline: shop.Sales
source: { given: orders, type: { id: int, shop: string, cents: int, at: int }, time: it.at, decode: whole }
steps:
  - { id: some, from: source, filter: it.id % 100 == 0 }
  - { id: one, from: some, call: { command: shop.Note, with: { what: it.id, sales: '-1' } } }
  - { id: perShop, from: source, window: { tumbling: ${size}, by: it.shop }, aggregate: { sales: count(), last: max(it.id) } }
  - { id: two, call: { command: shop.Note, with: { what: it.last, sales: it.sales } } }
sinks:
  told: { from: two, given: told }
  one: { from: one, file: all.ndjson }
checkpoint: 20ms
`
  const shop = await given.open(text('1m'))
  await untilTold(given.told, 20)
  expect(await shop.edit(text('2m'))).toMatchObject({ ok: true })
  await expect.poll(() => asked.some(({ sales }) => sales === 240), { timeout: 30_000 }).toBe(true)
  await expect.poll(async () => (await shop.status()).rebuilding, { timeout: 30_000 }).toBe(undefined)
  await untilTold(given.told, 20)
  await shop.untilRead(given.orders.hold())
  const one = asked.filter(({ sales }) => sales === -1).map(({ what }) => what)
  expect(one.length).toBe(new Set(one).size)
  const results = asked.filter(({ sales }) => sales !== -1).map(({ what, sales }) => `${what} ${sales}`)
  expect(results.length).toBe(new Set(results).size)
  expect(await shop.running.ports.deadLetters.list({ tenant: 'main' })).toEqual([])
})

test.for([
  [
    'cannot be read again',
    { rereads: false },
    twoMinutes,
    /cannot be read from its beginning again\. Give the step another id/,
  ],
  [
    'is another one',
    {},
    twoMinutes.replace('given: orders', 'list: []'),
    /"source" would read something else from where it was: orders \{\} → list/,
  ],
] as const)('an edit is refused where the state does not fit and its source %s', async ([, more, text, reason]) => {
  const { told, open } = await run({}, ordersThatCome(more))
  const shop = await open(oneMinute)
  await untilTold(told, 5)
  const outcome = await shop.edit(text)
  expect(outcome).toMatchObject({
    ok: false,
    errors: [{ code: 'PlanRefused', message: expect.stringMatching(reason) }],
  })
  await untilTold(told, 5)
  expect((await shop.status()).rebuilding).toBe(undefined)
})

test('an edit is refused that wants another table than the app has', async () => {
  const { told, open } = await run()
  const shop = await open(oneMinute)
  await untilTold(told, 5)
  const wider = await shop.edit(planText('tumbling: 1m', 'sales: count(), cents: sum(it.cents)'))
  expect(wider).toMatchObject({
    ok: false,
    errors: [
      { message: expect.stringContaining('entity shop.Sales would have other columns (new: cents): start the app') },
    ],
  })
})
