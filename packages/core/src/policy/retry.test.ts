import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { provide } from '../app/provide.ts'
import { command } from '../command/command.ts'
import { error } from '../error/declared.ts'
import { systemFailure } from '../error/failure.ts'
import { type Port, port } from '../ports/port.ts'
import { memoryLog } from '../ports/log.ts'
import { seededRandom } from '../ports/random.ts'
import { createVirtualTime, recordingTransactions, settled } from '../testing/index.ts'
import { backoffOf } from './backoff.ts'
import { retry } from './retry.ts'
import { timeout } from './timeout.ts'

const busy = { Busy: error(z.object({}), { retry: 'later' }), Wrong: z.object({}) }
const constant = { backoff: 'constant', jitter: 'none', initial: '1s' } as const
/** A port that lives in the unit of work, as repositories do. */
const Store: Port<unknown> = { kind: 'port', name: 't.Store', external: false, bind: ({ unit }) => ({ unit }) }
const empty = { input: z.object({}), output: z.number() }

async function open(parts: Parameters<typeof app>[1]['parts'], transactions = recordingTransactions()) {
  const time = createVirtualTime()
  const ports = { clock: time.clock, timers: time.timers, random: seededRandom(7), log: memoryLog(), transactions }
  return { time, transactions, running: await app('t', { parts }).open({ ports }) }
}

test('a call that fails for the moment is run again after a wait, and each attempt has a unit of its own', async () => {
  let runs = 0
  const flaky = command('t.Flaky', {
    ...empty,
    errors: busy,
    uses: [Store],
    policies: [retry({ attempts: 3, ...constant })],
    run({ fail, ctx }) {
      ctx.use(Store)
      return ++runs < 3 ? fail.Busy({}) : runs
    },
  })
  const { running, time, transactions } = await open([flaky])
  const outcome = running.call(flaky, {})
  await time.advance(999)
  expect(runs).toBe(1)
  await time.advance(1)
  expect(runs).toBe(2)
  await time.advance(1000)
  expect(await outcome).toEqual({ ok: true, value: 3 })
  expect(transactions.events).toEqual([
    'unit 1 begin command',
    'unit 1 rollback',
    'unit 2 begin command',
    'unit 2 rollback',
    'unit 3 begin command',
    'unit 3 commit',
  ])
})

test('in a subcommand each attempt writes into an overlay, and only the one that succeeds is merged', async () => {
  let runs = 0
  const flaky = command('t.Flaky', {
    ...empty,
    errors: busy,
    uses: [Store],
    policies: [retry({ ...constant })],
    run({ fail, ctx }) {
      ctx.use(Store)
      return ++runs < 2 ? fail.Busy({}) : runs
    },
  })
  const outer = command('t.Outer', { ...empty, calls: [flaky], run: ({ call }) => call(flaky, {}) })
  const { running, time, transactions } = await open([flaky, outer])
  const outcome = running.call(outer, {})
  await time.advance(1000)
  expect(await outcome).toEqual({ ok: true, value: 2 })
  expect(transactions.events).toEqual([
    'unit 1 begin command',
    'unit 1 overlay',
    'unit 1.overlay rollback',
    'unit 1 overlay',
    'unit 1.overlay merge',
    'unit 1 commit',
  ])
})

test('it stops after the last attempt, and at once where the failure says that trying again is useless', async () => {
  let runs = 0
  const failing = command('t.Failing', {
    input: z.object({ code: z.enum(['Busy', 'Wrong']) }),
    output: z.number(),
    errors: busy,
    policies: [retry({ attempts: 4, ...constant })],
    run({ fail, input }) {
      runs++
      return fail[input.code]({})
    },
  })
  const { running, time } = await open([failing])
  const outcome = running.call(failing, { code: 'Busy' })
  await time.advance(60_000)
  expect(await outcome).toMatchObject({ errors: [{ code: 'Busy' }] })
  expect(runs).toBe(4)
  expect(await running.call(failing, { code: 'Wrong' })).toMatchObject({ errors: [{ code: 'Wrong' }] })
  expect(runs).toBe(5)
})

test('a failure that asks for a time is waited for at least that long', async () => {
  let runs = 0
  const failing = command('t.Failing', {
    ...empty,
    policies: [retry({ attempts: 2, ...constant, initial: '10ms' })],
    run() {
      if (++runs === 1) throw systemFailure('Unavailable', { what: 'It' })
      return runs
    },
  })
  const { running, time } = await open([failing])
  const outcome = running.call(failing, {})
  await time.advance(999)
  expect(runs).toBe(1)
  await time.advance(1)
  expect(await outcome).toEqual({ ok: true, value: 2 })
})

test('a failure that asks for more than the longest wait is given back at once', async () => {
  const failing = command('t.Failing', {
    ...empty,
    policies: [retry({ ...constant, initial: '10ms', max: '999ms' })],
    run(): number {
      throw systemFailure('Unavailable', { what: 'It' })
    },
  })
  const { running } = await open([failing])
  expect(await running.call(failing, {})).toMatchObject({ errors: [{ code: 'Unavailable' }] })
})

test('it gives up where the deadline would pass while it waits, and ends early when the caller cancels', async () => {
  const failing = command('t.Failing', {
    ...empty,
    errors: busy,
    policies: [retry(constant)],
    run: ({ fail }) => fail.Busy({}),
  })
  const { running, time } = await open([failing])
  const outcome = await running.call(failing, {}, { deadline: time.clock.now() + 900 })
  expect(outcome).toMatchObject({ errors: [{ code: 'Busy' }] })

  const caller = new AbortController()
  const cancelled = running.call(failing, {}, { signal: caller.signal })
  await settled()
  caller.abort()
  expect(await cancelled).toMatchObject({ errors: [{ code: 'Cancelled' }] })
})

test('after a port outside was used only an idempotent command runs again', async () => {
  const Mailer = port<{ send(): void }>('t.Mailer')
  let sent = 0
  const define = (name: 't.Once' | 't.Again', idempotent: boolean) =>
    command(name, {
      ...empty,
      idempotent,
      errors: busy,
      uses: [Mailer],
      policies: [retry({ attempts: 2, ...constant })],
      run({ ctx, fail }) {
        ctx.use(Mailer).send()
        return fail.Busy({})
      },
    })
  const [once, again] = [define('t.Once', false), define('t.Again', true)]
  const { running, time } = await open([once, again, provide(Mailer, { send: () => void sent++ })])
  expect(await running.call(once, {})).toMatchObject({ errors: [{ code: 'Busy' }] })
  expect(sent).toBe(1)
  const outcome = running.call(again, {})
  await time.advance(1000)
  expect(await outcome).toMatchObject({ errors: [{ code: 'Busy' }] })
  expect(sent).toBe(3)
})

test('a body that was given up by a timeout cannot work in the attempt after it', async () => {
  const late: unknown[] = []
  const gate = Promise.withResolvers<void>()
  let runs = 0
  const slow = command('t.Slow', {
    ...empty,
    uses: [Store],
    policies: [retry({ ...constant, initial: '0ms' }), timeout('1s')],
    async run(args) {
      if (++runs > 1) return runs
      await gate.promise
      try {
        args.ctx.use(Store)
      } catch (thrown) {
        late.push(thrown)
      }
      return 0
    },
  })
  const { running, time } = await open([slow])
  const outcome = running.call(slow, {})
  await time.advance(1000)
  expect(await outcome).toEqual({ ok: true, value: 2 })
  gate.resolve()
  await settled()
  expect(late).toEqual([expect.objectContaining({ code: 'CallEnded' })])
})

test('a lost race is run again behind its locks, with all its attempts', async () => {
  const fine = command('t.Fine', {
    ...empty,
    uses: [Store],
    policies: [retry(constant)],
    run: ({ ctx }) => (ctx.use(Store), 1),
  })
  const { running, transactions } = await open([fine], recordingTransactions(1))
  expect(await running.call(fine, {})).toEqual({ ok: true, value: 1 })
  expect(transactions.events).toEqual([
    'unit 1 begin command',
    'unit 1 conflict',
    'unit 1 rollback',
    'unit 2 begin command again',
    'unit 2 prepare',
    'unit 2 commit',
  ])
})

test('a defect is not tried again', async () => {
  let runs = 0
  const broken = command('t.Broken', {
    ...empty,
    policies: [retry(constant)],
    run(): number {
      runs++
      throw new TypeError('a mistake')
    },
  })
  const { running } = await open([broken])
  expect(await running.call(broken, {})).toMatchObject({ errors: [{ code: 'Internal' }] })
  expect(runs).toBe(1)
})

test('full jitter spreads waits evenly from nothing to the limit, which doubles up to its maximum', () => {
  const random = seededRandom(1)
  const limits = { backoff: 'exponential', initial: '100ms', factor: 2, max: '1s' } as const
  const exact = backoffOf({ ...limits, jitter: 'none' })
  expect([1, 2, 3, 4, 5, 6].map((failed) => exact(failed, random))).toEqual([100, 200, 400, 800, 1000, 1000])
  const spread = backoffOf({ ...limits, jitter: 'full' })
  const waits = Array.from({ length: 4000 }, () => spread(4, random)).sort((a, b) => a - b)
  expect(waits[0]).toBeGreaterThanOrEqual(0)
  expect(waits.at(-1)).toBeLessThan(800)
  for (const share of [0.25, 0.5, 0.75]) {
    expect(Math.abs(waits[Math.floor(share * 4000)]! - share * 800)).toBeLessThan(30)
  }
})
