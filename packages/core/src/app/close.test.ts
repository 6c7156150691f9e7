import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  after,
  app,
  around,
  command,
  type Context,
  type Hook,
  type Part,
  type PortScope,
  stream,
  timeout,
} from '../index.ts'
import { createVirtualTime, recordingTransactions, settled } from '../testing/index.ts'

/** A call that says how it is made is followed; a bare one of the app's own code ends with its body. */
const watched = { tenant: 'main' }
const forever = () => new Promise<never>(() => undefined)
const Store = { kind: 'port', name: 'demo.Store', external: false, bind: ({ unit }: PortScope) => unit } as const
const nothing = { input: z.object({}), output: z.unknown(), uses: [Store] } as const
const cancelled = {
  ok: false,
  errors: [{ code: 'Cancelled', retry: 'later', message: 'The app was stopped before the command ended.' }],
}

interface Given {
  readonly run?: (ctx: Context<typeof Store>) => unknown
  readonly hooks?: readonly Hook[]
  /** What becomes of a commit. */
  readonly commit?: () => Promise<void>
}

/** An app whose parts write down that they stop, and how to close it when its calls hang. */
async function opened({ run = () => 'done', hooks = [], commit }: Given) {
  const time = createVirtualTime()
  const recording = recordingTransactions()
  const { events } = recording
  const transactions = commit
    ? { begin: () => ({ ...recording.begin({ mode: 'command', tenant: 'main' }), commit }) }
    : recording
  const body = ({ ctx }: { ctx: Context<typeof Store> }) => (ctx.use(Store), run(ctx))
  const plain = command('demo.Plain', { ...nothing, hooks, run: body })
  const limited = command('demo.Limited', { ...nothing, hooks, policies: [timeout('7d')], run: body })
  const outer = command('demo.Outer', { ...nothing, calls: [plain], run: ({ call }) => call(plain, {}) })
  const engine: Part = {
    kind: { name: 'demo', compare: () => [] },
    name: 'engine',
    describe: () => ({}),
    stop: () => void events.push('engine stopped'),
  }
  const { clock, timers } = time
  const open = await app('demo', { parts: [plain, limited, outer, engine] }).open({
    ports: { clock, timers, transactions },
  })
  const close = async () => {
    await settled()
    const closed = open.close({ graceMs: 5000 })
    await time.advance(5000)
    await closed
  }
  return { open, plain, limited, outer, time, events, close }
}

test('a body that never ends is told to its caller when the grace is over, and undone before the parts stop', async () => {
  const { open, plain, limited, outer, events, close } = await opened({ run: forever })
  const calls = [
    open.call(plain, {}, watched),
    open.call(limited, {}, watched),
    open.call(outer, {}, watched),
    open.call(plain, {}, { as: { id: 'ada', permissions: [] }, signal: new AbortController().signal }),
    open.call(plain, {}, { idempotencyKey: 'k' }),
    open.batch(plain, [{}]).then(([outcome]) => outcome!),
  ]
  await close()
  const outcomes = await Promise.all(calls)
  expect(outcomes[3]).toMatchObject({ errors: [{ code: 'Denied' }] })
  outcomes.splice(3, 1)
  for (const outcome of outcomes) expect(outcome).toMatchObject(cancelled)
  expect(events.at(-1)).toBe('engine stopped')
  expect(events.filter((event) => event.endsWith('rollback'))).toHaveLength(5)
})

test('a body that watches its signal hears that the app stops, and can use nothing any more', async () => {
  const heard: unknown[] = []
  const { open, plain, close } = await opened({
    run: async (ctx) => {
      await ctx.sleep(1_000_000).catch((reason: unknown) => heard.push(reason))
      try {
        ctx.use(Store)
      } catch (thrown) {
        heard.push(thrown)
      }
    },
  })
  const call = open.call(plain, {}, watched)
  await close()
  expect(await call).toMatchObject(cancelled)
  await settled()
  expect(heard).toMatchObject([{ code: 'Cancelled' }, { code: 'CallEnded' }])
})

test('a stalled stream ends, whether its body or its reader is what stalls', async () => {
  let returned = false
  const list = command('demo.List', {
    input: z.object({ stall: z.boolean() }),
    output: stream(z.int(), z.null()),
    async *run({ input }) {
      try {
        yield 1
        if (input.stall) await forever()
        yield 2
        return null
      } finally {
        returned = true
      }
    },
  })
  const time = createVirtualTime()
  const open = await app('demo', { parts: [list] }).open({ ports: { clock: time.clock, timers: time.timers } })
  const stalled = open.stream(list, { stall: true }, watched)
  const unread = open.stream(list, { stall: false }, watched)
  const reader = unread[Symbol.asyncIterator]()
  expect(await reader.next()).toEqual({ value: 1, done: false })
  const read = (async () => {
    for await (const item of stalled) expect(item).toBe(1)
  })()
  await settled()
  const closed = open.close({ graceMs: 5000 })
  await time.advance(5000)
  await closed
  await read
  expect(await stalled.outcome).toMatchObject(cancelled)
  expect(await unread.outcome).toMatchObject(cancelled)
  expect(returned).toBe(true)
})

test('a commit that ends while the parts stop tells its caller the truth', async () => {
  let finish = () => {}
  const { open, plain, close } = await opened({ commit: () => new Promise((resolve) => (finish = resolve)) })
  const call = open.call(plain, {}, watched)
  const closed = close()
  await settled()
  finish()
  await closed
  expect(await call).toEqual({ ok: true, value: 'done' })
})

test('of a commit that never ends nobody knows whether it was made, and the caller is told so', async () => {
  const { open, plain, limited, events, close } = await opened({ commit: forever })
  const calls = [
    open.call(plain, {}, watched),
    open.call(limited, {}, watched),
    open.call(plain, {}, { idempotencyKey: 'k' }),
  ]
  await close()
  for (const call of calls) {
    expect(await call).toMatchObject({
      ok: false,
      errors: [
        { code: 'Unavailable', message: 'The app was stopped during the commit: whether it was made is not known.' },
      ],
    })
  }
  expect(events.indexOf('engine stopped')).toBeLessThan(events.findIndex((event) => event.endsWith('rollback')))
})

test.each<[string, Hook]>([
  ['around the commit', around('committed', async (_event, next) => (await next(), forever()))],
  ['behind the commit', after('committed', forever)],
  ['at the end', after('succeeded', forever)],
])('a hook %s that never ends does not hide that the call succeeded', async (_where, hook) => {
  const { open, plain, limited, events, close } = await opened({ hooks: [hook] })
  const calls = [
    open.call(plain, {}, watched),
    open.call(limited, {}, watched),
    open.call(plain, {}, { idempotencyKey: 'k' }),
  ]
  await close()
  for (const call of calls) expect(await call).toEqual({ ok: true, value: 'done' })
  expect(events.filter((event) => event.endsWith('commit'))).toHaveLength(3)
})

test('what drains and what runs share one grace', async () => {
  const time = createVirtualTime()
  const slow = command('demo.Slow', { ...nothing, uses: [], run: forever })
  const part: Part = { kind: { name: 'demo', compare: () => [] }, name: 'p', describe: () => ({}), drain: forever }
  const open = await app('demo', { parts: [slow, part] }).open({ ports: { clock: time.clock, timers: time.timers } })
  const call = open.call(slow, {}, watched)
  const closed = open.close({ graceMs: 5000 })
  await time.advance(5000)
  await closed
  expect(await call).toMatchObject(cancelled)
})
