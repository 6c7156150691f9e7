import type { Verdict } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { charge, chargeInNumbers, check, refund, ship, tell } from '../../fixtures/placing.ts'
import { Deployments, until } from '../../fixtures/over-versions.ts'
import { type AnyWorkflow, migrateRuns, runsOf, workflow } from '../index.ts'

const base = {
  input: z.object({ orders: z.array(z.string()), isGift: z.boolean().default(false), note: z.string().optional() }),
  output: z.object({ sent: z.array(z.string()) }),
  steps: [charge, check, ship, tell, refund],
  signals: { approved: z.object({ by: z.string() }) },
} as const
type Body = Parameters<
  typeof workflow<'orders.Place', typeof base.input, typeof base.output, {}, typeof base.steps, typeof base.signals>
>[1]['run']

const place = (
  run: Body,
  more: { version?: string; versions?: AnyWorkflow[]; renamedFrom?: Record<string, string> } = {},
) => workflow('orders.Place', { ...base, ...more, run })

/** Charges each order in a loop, tells of gifts in a branch, waits for a signal, and ships. */
const first = place(async ({ input, step, each, signal }) => {
  await each('orders', input.orders, { key: (order) => order }, async (order, scope) => {
    await scope.step('check', check, { order })
    await scope.step('charge', charge, { order, cents: 5 })
  })
  if (input.isGift) await step('wrap', tell, { text: 'wrap it' })
  await signal('approved')
  const sent = await each('sent', input.orders, { key: (order) => order }, async (order, scope) => {
    const { tracking } = await scope.step('ship', ship, { order })
    return tracking
  })
  return { sent }
})

/** Two open runs of the first version, one of them through its branch; then what is said of another version. */
async function opened() {
  const deployments = new Deployments()
  const open = await deployments.serve(first)
  const plain = await runsOf(open).start(first, { orders: ['a', 'b'] })
  const gift = await runsOf(open).start(first, { orders: ['a', 'b'], isGift: true })
  await until(open, plain.run, 'waiting')
  await until(open, gift.run, 'waiting')
  await open.close()
  return { deployments, plain: plain.run, gift: gift.run }
}

/** What was called safe runs to its end; what was called breaking is blocked, with the reason. */
async function holds(next: AnyWorkflow, expected: { plain: string; gift: string }) {
  const { deployments, ...runs } = await opened()
  const verdicts = await deployments.check(next)
  const open = await deployments.serve(next)
  for (const [name, run] of Object.entries(runs) as ['plain' | 'gift', string][]) {
    const wanted = expected[name]
    if (wanted === 'safe') {
      await runsOf(open).signal(run, 'approved', { by: 'Ada' })
      expect(await runsOf(open).outcome(run)).toEqual({ ok: true, value: { sent: ['t-a', 't-b'] } })
    } else {
      const { facts } = await until(open, run, 'blocked')
      expect(facts.because).toContain(wanted)
    }
  }
  await open.close()
  return verdicts.map(({ level, change }: Verdict) => `${level}: ${change}`)
}

test('a step added behind all that was recorded is safe', async () => {
  const next = place(async ({ input, step, each, signal }) => {
    await each('orders', input.orders, { key: (order) => order }, async (order, scope) => {
      await scope.step('check', check, { order })
      await scope.step('charge', charge, { order, cents: 5 })
    })
    if (input.isGift) await step('wrap', tell, { text: 'wrap it' })
    await signal('approved')
    await step('announce', tell, { text: 'new' })
    const sent = await each('sent', input.orders, { key: (order) => order }, async (order, scope) => {
      const { tracking } = await scope.step('ship', ship, { order })
      return tracking
    })
    return { sent }
  })
  expect(await holds(next, { plain: 'safe', gift: 'safe' })).toEqual(['safe: 2 open runs of version 1'])
})

test('a step added in a loop before what was recorded breaks, and is named with its scope', async () => {
  const next = place(async ({ input, step, each, signal }) => {
    await each('orders', input.orders, { key: (order) => order }, async (order, scope) => {
      await scope.step('check', check, { order })
      await scope.step('announce', tell, { text: order })
      await scope.step('charge', charge, { order, cents: 5 })
    })
    if (input.isGift) await step('wrap', tell, { text: 'wrap it' })
    await signal('approved')
    return { sent: [] }
  })
  const because = 'and its code asks for "orders[a]/announce" before it'
  expect(await holds(next, { plain: because, gift: because })).toEqual([
    'breaking: 1 open run of version 1: orders[*]/announce asked for before orders[*]/charge',
    'breaking: 1 open run of version 1: orders[*]/announce asked for before orders[*]/charge',
  ])
})

test('a step removed from a branch breaks the runs that went through it, and no others', async () => {
  const next = place(async ({ input, each, signal }) => {
    await each('orders', input.orders, { key: (order) => order }, async (order, scope) => {
      await scope.step('check', check, { order })
      await scope.step('charge', charge, { order, cents: 5 })
    })
    await signal('approved')
    const sent = await each('sent', input.orders, { key: (order) => order }, async (order, scope) => {
      const { tracking } = await scope.step('ship', ship, { order })
      return tracking
    })
    return { sent }
  })
  expect(await holds(next, { plain: 'safe', gift: 'no longer asks for it' })).toEqual([
    'breaking: 1 open run of version 1: wrap no longer asked for',
    'safe: 1 open run of version 1',
  ])
})

test('steps that changed places in a loop break', async () => {
  const next = place(async ({ input, step, each, signal }) => {
    await each('orders', input.orders, { key: (order) => order, concurrency: 1 }, async (order, scope) => {
      await scope.step('charge', charge, { order, cents: 5 })
      await scope.step('check', check, { order })
    })
    if (input.isGift) await step('wrap', tell, { text: 'wrap it' })
    await signal('approved')
    return { sent: [] }
  })
  const because = 'asks for "orders[a]/charge" before it'
  const [one] = await holds(next, { plain: because, gift: because })
  expect(one).toContain('orders[*]/charge asked for before orders[*]/check')
})

const renamed: Body = async ({ input, step, each, signal }) => {
  await each('items', input.orders, { key: (order) => order }, async (order, scope) => {
    await scope.step('check', check, { order })
    await scope.step('pay', charge, { order, cents: 5 })
  })
  if (input.isGift) await step('wrap', tell, { text: 'wrap it' })
  await signal('approved')
  const sent = await each('sent', input.orders, { key: (order) => order }, async (order, scope) => {
    const { tracking } = await scope.step('ship', ship, { order })
    return tracking
  })
  return { sent }
}

test('a rename of a step and of its loop breaks, unless it is declared', async () => {
  const [one] = await holds(place(renamed), { plain: '"orders[a]/check"', gift: '"orders[a]/check"' })
  expect(one).toContain('orders[*]/check no longer asked for, orders[*]/charge no longer asked for')
  const declared = place(renamed, { renamedFrom: { items: 'orders', pay: 'charge' } })
  expect(await holds(declared, { plain: 'safe', gift: 'safe' })).toEqual(['safe: 2 open runs of version 1'])
})

test('an answer of another type, and another input, break', async () => {
  const numbers = workflow('orders.Place', {
    ...base,
    steps: [chargeInNumbers, check, ship],
    async run({ input, each, signal }) {
      await each('orders', input.orders, { key: (order) => order }, async (order, scope) => {
        await scope.step('check', check, { order })
        await scope.step('charge', chargeInNumbers, { order, cents: 5 })
      })
      await signal('approved')
      return { sent: [] }
    },
  })
  const type =
    'has recorded a value of orders.Charge under "orders[a]/charge", and its code now asks for a value of another type'
  expect(await holds(numbers, { plain: type, gift: type })).toHaveLength(2)
  const dearer = place(async ({ input, each, signal }) => {
    await each('orders', input.orders, { key: (order) => order }, async (order, scope) => {
      await scope.step('check', check, { order })
      await scope.step('charge', charge, { order, cents: 6 })
    })
    await signal('approved')
    return { sent: [] }
  })
  const input = 'its code now asks for orders.Charge with another input'
  expect(await holds(dearer, { plain: input, gift: input })).toHaveLength(2)
})

test('an input of another type breaks', async () => {
  const next = workflow('orders.Place', {
    ...base,
    input: z.object({ orders: z.array(z.int()) }),
    run: async () => ({ sent: [] }),
  })
  const because = 'its code now asks for an input of another type'
  expect(await holds(next, { plain: because, gift: because })).toHaveLength(2)
})

const shorter: Body = async ({ input, step, each, signal }) => {
  await each('orders', input.orders, { key: (order) => order }, async (order, scope) => {
    await scope.step('pay', charge, { order, cents: 5 })
  })
  if (input.isGift) await step('wrap', tell, { text: 'wrap it' })
  await signal('approved')
  return { sent: ['by version 2'] }
}

test('runs go on with the code of their version where the app keeps it', async () => {
  const next = place(shorter, { version: '2', versions: [first] })
  expect(await holds(next, { plain: 'safe', gift: 'safe' })).toEqual(['safe: 2 open runs of version 1'])
})

test('runs that were blocked go on when the code of their version is back', async () => {
  const { deployments, plain } = await opened()
  const without = await deployments.serve(place(shorter, { version: '2' }))
  await until(without, plain, 'blocked')
  await without.close()
  const open = await deployments.serve(place(shorter, { version: '2', versions: [first] }))
  await until(open, plain, 'waiting')
  await runsOf(open).signal(plain, 'approved', { by: 'Ada' })
  expect(await runsOf(open).outcome(plain)).toEqual({ ok: true, value: { sent: ['t-a', 't-b'] } })
  await open.close()
})

test('a migration is named by the check, and makes blocked runs go on with the new code', async () => {
  const { deployments, plain, gift } = await opened()
  const next = place(shorter, { version: '2' })
  const migration = migrateRuns(next, {
    from: '1',
    to: '2',
    migrate(journal) {
      journal.drop('orders[*]/check')
      journal.rename('orders[*]/charge', 'orders[*]/pay')
    },
  })
  const [one] = await deployments.check(next, migration)
  expect(one).toMatchObject({ level: 'migration', migration: 'orders.Place 1 → 2' })
  const open = await deployments.serve(next, migration)
  await until(open, plain, 'blocked')
  await until(open, gift, 'blocked')
  const told = { migrated: 2, busy: 0, refused: [] }
  const call = (dryRun: boolean) => open.callByName('heddle.MigrateRuns', { workflow: 'orders.Place', dryRun })
  expect(await call(true)).toEqual({ ok: true, value: told })
  expect(await call(false)).toEqual({ ok: true, value: told })
  expect(await call(false)).toEqual({ ok: true, value: { ...told, migrated: 0 } })
  expect((await until(open, plain, 'waiting')).facts.migrated).toEqual(['1 → 2'])
  for (const run of [plain, gift]) {
    await runsOf(open).signal(run, 'approved', { by: 'Ada' })
    expect(await runsOf(open).outcome(run)).toEqual({ ok: true, value: { sent: ['by version 2'] } })
  }
  await open.close()
})

test('a migration after which a run still does not fit leaves it as it is', async () => {
  const { deployments, plain } = await opened()
  const next = place(shorter, { version: '2' })
  const migration = migrateRuns(next, { from: '1', to: '2', migrate: (journal) => journal.drop('orders[*]/check') })
  const [one] = await deployments.check(next, migration)
  expect(one).toMatchObject({ level: 'breaking', reason: expect.stringContaining('Also after the migration') })
  const open = await deployments.serve(next, migration)
  await until(open, plain, 'blocked')
  const outcome = await open.callByName('heddle.MigrateRuns', {})
  expect(outcome).toMatchObject({ ok: true, value: { migrated: 0, refused: [{}, {}] } })
  expect((await until(open, plain, 'blocked')).version).toBe('1')
  await open.close()
})

test('runs of a workflow that is gone are told, and blocked until it is back', async () => {
  const { deployments, plain } = await opened()
  const other = workflow('orders.Other', { input: z.object({}), output: z.object({}), run: async () => ({}) })
  const verdicts = await deployments.check(other)
  expect(verdicts.map(({ change }) => change)).toContain('1 open run of version 1: no code')
  const open = await deployments.serve(other)
  expect((await until(open, plain, 'blocked')).facts.because).toBe('no code for orders.Place in this app')
  await open.close()
  const back = await deployments.serve(first)
  await until(back, plain, 'waiting')
  await back.close()
})

test('a migration that nobody has declared is refused', async () => {
  const deployments = new Deployments()
  const open = await deployments.serve(first)
  const outcome = await open.callByName('heddle.MigrateRuns', { workflow: 'orders.Place' })
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'RunMigrationMissing' }] })
  await open.close()
})

test('a run with a large input is held against new code, blocked and migrated like any other', async () => {
  const deployments = new Deployments()
  const open = await deployments.serve(first)
  const { run } = await runsOf(open).start(first, { orders: ['a'], note: 'x'.repeat(100_000) })
  await until(open, run, 'waiting')
  await open.close()
  const declared = place(renamed, { renamedFrom: { items: 'orders', pay: 'charge' } })
  expect(await deployments.check(declared)).toMatchObject([{ level: 'safe', change: '1 open run of version 1' }])
  const next = place(shorter, { version: '2' })
  const migration = migrateRuns(next, {
    from: '1',
    to: '2',
    migrate(journal) {
      journal.drop('orders[*]/check')
      journal.rename('orders[*]/charge', 'orders[*]/pay')
    },
  })
  const later = await deployments.serve(next, migration)
  await until(later, run, 'blocked')
  expect(await later.callByName('heddle.MigrateRuns', {})).toMatchObject({ value: { migrated: 1, refused: [] } })
  await runsOf(later).signal(run, 'approved', { by: 'Ada' })
  expect(await runsOf(later).outcome(run)).toEqual({ ok: true, value: { sent: ['by version 2'] } })
  await later.close()
})
