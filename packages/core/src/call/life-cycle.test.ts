import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  after,
  app,
  around,
  before,
  command,
  domain,
  type Hook,
  Failure,
  memoryLog,
  type PortScope,
  systemFailure,
  transitions,
} from '../index.ts'
import { createVirtualTime, recordingTransactions } from '../testing/index.ts'

function observed(run: () => unknown, extra: Hook[] = []) {
  const seen: string[] = []
  const hooks = transitions.flatMap((transition) => [
    before(transition, () => void seen.push(`before ${transition}`)),
    after(transition, () => void seen.push(`after ${transition}`)),
  ])
  const work = command('demo.Work', { input: z.object({}), output: z.unknown(), hooks: [...extra, ...hooks], run })
  return { seen, open: () => app('demo', { parts: [work] }).open(), work }
}

test('a success passes every transition in order', async () => {
  const { seen, open, work } = observed(() => 'x')
  await (await open()).call(work, {})
  const passed = transitions.filter((name) => name !== 'failed' && name !== 'errored')
  expect(seen).toEqual(passed.flatMap((name) => [`before ${name}`, `after ${name}`]))
})

test('a failure ends as failed and a defect as errored', async () => {
  const failing = observed(() => {
    throw systemFailure('Unavailable', { what: 'The bank' })
  })
  expect(await (await failing.open()).call(failing.work, {})).toMatchObject({ errors: [{ code: 'Unavailable' }] })
  expect(failing.seen.slice(-3)).toEqual(['before executing', 'before failed', 'after failed'])
})

test('hooks of the app run outside those of the domain, and those outside the command', async () => {
  const seen: string[] = []
  const hook = (who: string) =>
    around('executing', async (_event, next) => {
      seen.push(`${who} in`)
      await next()
      seen.push(`${who} out`)
    })
  const work = command('demo.Work', {
    input: z.object({}),
    output: z.null(),
    hooks: [hook('command')],
    run() {
      seen.push('run')
      return null
    },
  })
  const demo = domain('demo', { hooks: [hook('domain')] })
  const open = await app('demo', { parts: [work, demo], hooks: [hook('app')] }).open()
  expect(await open.call(work, {})).toEqual({ ok: true, value: null })
  expect(seen).toEqual(['app in', 'domain in', 'command in', 'run', 'command out', 'domain out', 'app out'])
})

test('a hook sees the input and the outcome, and a failure it throws ends the call', async () => {
  const seen: unknown[] = []
  const refuse = before('executing', ({ input }) => {
    if ((input as { n: number }).n > 1) throw systemFailure('Denied', { because: 'too many' })
  })
  const work = command('demo.Work', {
    input: z.object({ n: z.int() }),
    output: z.int(),
    hooks: [refuse, after('succeeded', ({ outcome }) => void seen.push(outcome))],
    run: ({ input }) => input.n,
  })
  const open = await app('demo', { parts: [work] }).open()
  expect(await open.call(work, { n: 1 })).toEqual({ ok: true, value: 1 })
  expect(await open.call(work, { n: 2 })).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
  expect(seen).toEqual([{ ok: true, value: 1 }])
})

test('the unit of work is opened by its first use, committed after the body, and run again after a conflict', async () => {
  const transactions = recordingTransactions(2)
  let runs = 0
  const Store = {
    kind: 'port',
    name: 'demo.Store',
    external: false,
    bind: ({ unit }: { unit: unknown }) => unit,
  } as const
  const work = command('demo.Work', {
    input: z.object({ touch: z.boolean() }),
    output: z.int(),
    uses: [Store],
    run({ input, ctx }) {
      if (input.touch) ctx.use(Store)
      return ++runs
    },
  })
  const open = await app('demo', { parts: [work] }).open({ ports: { transactions } })
  await open.call(work, { touch: false })
  expect(transactions.events).toEqual([])
  expect(await open.call(work, { touch: true })).toEqual({ ok: true, value: 4 })
  expect(transactions.events).toEqual([
    'unit 1 begin command',
    'unit 1 conflict',
    'unit 1 rollback',
    'unit 2 begin command again',
    'unit 2 prepare',
    'unit 2 conflict',
    'unit 2 rollback',
    'unit 3 begin command again',
    'unit 3 prepare',
    'unit 3 commit',
  ])
})

test('after five lost attempts the caller is told to come later', async () => {
  const transactions = recordingTransactions(99)
  const Store = {
    kind: 'port',
    name: 'demo.Store',
    external: false,
    bind: ({ unit }: { unit: unknown }) => unit,
  } as const
  const work = command('demo.Work', {
    input: z.object({}),
    output: z.null(),
    uses: [Store],
    run: ({ ctx }) => (ctx.use(Store), null),
  })
  const open = await app('demo', { parts: [work] }).open({ ports: { transactions } })
  const outcome = await open.call(work, {})
  expect(outcome).toMatchObject({
    ok: false,
    errors: [{ code: 'Conflict', retry: { afterMs: 50 }, data: { attempts: 5 } }],
  })
  expect(transactions.events.filter((event) => event.endsWith('conflict'))).toHaveLength(5)
  expect(outcome.ok || outcome.errors[0]).toBeInstanceOf(Failure)
})

const pass = () => ({ ran: true })
const twice = (transition: 'validated' | 'executing' | 'committed') =>
  around(transition, async (_event, next) => (await next(), next()))
const misusing: (readonly [string, Hook, string])[] = (['validated', 'executing', 'committed'] as const).flatMap(
  (transition) => [
    [`leaves out ${transition}`, around(transition, () => undefined), 'never'],
    // What was committed is durable; see below.
    ...(transition === 'committed' ? [] : [[`runs ${transition} twice`, twice(transition), 'twice'] as const]),
  ],
)

test.each(misusing)('a hook that %s is a defect, and the app goes on', async (_name, hook, times) => {
  const log = memoryLog()
  const work = command('demo.Work', { input: z.object({}), output: z.unknown(), hooks: [hook], run: pass })
  const open = await app('demo', { parts: [work] }).open({ ports: { log } })
  expect(await open.call(work, {}, { idempotencyKey: 'k' })).toMatchObject({
    ok: false,
    errors: [{ code: 'Internal' }],
  })
  expect(log.lines).toMatchObject([{ message: expect.stringContaining(`called next ${times}`) }])
  await open.close()
})

test('a hook that forgets to wait for its transition, or catches what it threw, changes nothing', async () => {
  const forgetting = around('executing', (_event, next) => void next())
  const catching = around('executing', async (_event, next) => {
    try {
      await next()
    } catch {}
  })
  const slow = observed(async () => {
    await Promise.resolve()
    return 'late'
  }, [forgetting])
  expect(await (await slow.open()).call(slow.work, {})).toEqual({ ok: true, value: 'late' })
  const broken = observed(() => {
    throw systemFailure('Unavailable', { what: 'The bank' })
  }, [catching, forgetting])
  expect(await (await broken.open()).call(broken.work, {})).toMatchObject({ errors: [{ code: 'Unavailable' }] })
})

test('hooks behind the commit run when the time is up, each of them, and cannot take back what is durable', async () => {
  const log = memoryLog()
  const time = createVirtualTime()
  const seen: string[] = []
  const tell = (name: string) => () => {
    seen.push(name)
    throw new Error(`${name} broke`)
  }
  const hooks = (['committed', 'succeeded', 'failed'] as const).flatMap((end) => [
    after(end, tell(`first ${end}`)),
    after(end, async () => tell(`second ${end}`)()),
  ])
  const late = before('executing', ({ ctx }) => ctx.sleep(100))
  const expire = around('committed', async (_event, next) => {
    await next()
    await time.advance(1000)
  })
  const work = command('demo.Work', { input: z.object({}), output: z.unknown(), hooks: [...hooks, expire], run: pass })
  const slow = command('demo.Slow', { input: z.object({}), output: z.unknown(), hooks: [...hooks, late], run: pass })
  const open = await app('demo', { parts: [work, slow] }).open({ ports: { ...time, log } })

  expect(await open.call(work, {}, { deadline: time.clock.now() + 500 })).toMatchObject({ ok: true })
  expect(seen.splice(0)).toEqual(['first committed', 'second committed', 'first succeeded', 'second succeeded'])
  const ended = open.call(slow, {}, { deadline: time.clock.now() + 50 })
  await time.advance(1000)
  expect(await ended).toMatchObject({ errors: [{ code: 'DeadlineExceeded' }] })
  expect(seen).toEqual(['first failed', 'second failed'])
  expect(log.lines).toHaveLength(6)
})

const broken = () => {
  throw new Error('the hook broke')
}
const breaking: [string, Hook][] = [
  ['breaks', around('committed', async (_event, next) => (await next(), broken()))],
  ['breaks at once', around('committed', (_event, next) => (next(), broken()))],
  [
    'breaks without waiting',
    around('committed', async (_event, next) => {
      void next()
      broken()
    }),
  ],
  [
    'refuses',
    around('committed', async (_event, next) => {
      await next()
      throw systemFailure('Unavailable', { what: 'The mail server' })
    }),
  ],
  ['runs it twice', twice('committed')],
]

test.each(breaking)(
  'a hook around the commit that %s behind it takes nothing back, and is logged once',
  async (_, hook) => {
    const { transactions, log, open, work } = await storing([hook])
    for (const again of [false, true]) {
      const outcome = await open.call(work, {}, { idempotencyKey: 'k' })
      expect({ again, outcome }).toEqual({ again, outcome: { ok: true, value: 'stored' } })
    }
    expect(transactions.events).toEqual(['unit 1 begin command', 'unit 1 commit'])
    expect(log.lines).toMatchObject([{ severity: 'error', message: expect.stringContaining('demo.Work threw') }])
  },
)

test('a hook around the commit that breaks before it, or beside a conflict, does not hide what became of the commit', async () => {
  const before = await storing([around('committed', broken)])
  expect(await before.open.call(before.work, {})).toMatchObject({ errors: [{ code: 'Internal' }] })
  expect(before.transactions.events).toEqual(['unit 1 begin command', 'unit 1 rollback'])
  const hiding = around('committed', async (_event, next) => {
    try {
      await next()
    } catch {
      broken()
    }
  })
  const beside = await storing([hiding], 1)
  expect(await beside.open.call(beside.work, {})).toEqual({ ok: true, value: 'stored' })
  expect(beside.transactions.events.slice(-2)).toEqual(['unit 2 prepare', 'unit 2 commit'])
})

async function storing(hooks: Hook[], conflicts = 0) {
  const log = memoryLog()
  const transactions = recordingTransactions(conflicts)
  const Store = { kind: 'port', name: 'demo.Store', external: false, bind: ({ unit }: PortScope) => unit } as const
  const work = command('demo.Work', {
    input: z.object({}),
    output: z.string(),
    uses: [Store],
    hooks,
    run: ({ ctx }) => (ctx.use(Store), 'stored'),
  })
  return { log, transactions, work, open: await app('demo', { parts: [work] }).open({ ports: { log, transactions } }) }
}

test('who calls a closed command from outside is told that others call it, and to look for no permission', async () => {
  const hidden = command('demo.Hide', { input: z.object({}), output: z.int(), run: () => 1 })
  const open = await app('demo', { parts: [hidden] }).open()
  expect(await open.call(hidden, {}, { as: { id: 'ana', permissions: ['*'] } })).toMatchObject({
    errors: [
      {
        message: 'The caller may not do this: demo.Hide is closed: only other commands call it.',
        help: 'Ask for the permission, where the message names one.',
      },
    ],
  })
})
