import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, timeout } from '../index.ts'
import { createVirtualTime, recordingTransactions, settled } from '../testing/index.ts'

const Store = {
  kind: 'port',
  name: 'demo.Store',
  external: false,
  bind: ({ unit }: { unit: unknown }) => unit,
} as const

const wait = command('demo.Wait', {
  input: z.object({ ms: z.int(), deaf: z.boolean().default(false) }),
  output: z.string(),
  uses: [Store],
  async run({ input, ctx }) {
    ctx.use(Store)
    if (input.deaf) await new Promise<void>((resolve) => void ctx.signal.addEventListener('abort', () => resolve()))
    else await ctx.sleep(input.ms)
    return 'waited'
  },
})
const limited = command('demo.Limited', {
  input: z.object({ ms: z.int() }),
  output: z.string(),
  policies: [timeout('2s')],
  calls: [wait],
  run: async ({ input, call }) => ((await call.try(wait, input)).ok ? 'in time' : 'late'),
})
const outer = command('demo.Outer', {
  input: z.object({ ms: z.int() }),
  output: z.string(),
  calls: [limited],
  async run({ input, call }) {
    const outcome = await call.try(limited, input)
    return outcome.ok ? outcome.value : outcome.errors[0]!.key
  },
})

async function open() {
  const time = createVirtualTime()
  const transactions = recordingTransactions()
  const ports = { clock: time.clock, timers: time.timers, transactions }
  return { time, transactions, demo: await app('demo', { parts: [wait, limited, outer] }).open({ ports }) }
}

test('a call ends at its deadline, says so, and rolls back', async () => {
  const { demo, time, transactions } = await open()
  const call = demo.call(wait, { ms: 1000 }, { deadline: time.clock.now() + 500 })
  await time.advance(500)
  expect(await call).toMatchObject({ ok: false, errors: [{ code: 'DeadlineExceeded', retry: 'later' }] })
  expect(transactions.events).toEqual(['unit 1 begin command', 'unit 1 rollback'])
})

test('a deadline that has passed already runs nothing', async () => {
  const { demo, time, transactions } = await open()
  expect(await demo.call(wait, { ms: 0 }, { deadline: time.clock.now() })).toMatchObject({
    errors: [{ code: 'DeadlineExceeded' }],
  })
  expect(transactions.events).toEqual([])
})

test('a cancelled call stops at once and says so, even when its body does not listen', async () => {
  const { demo } = await open()
  const controller = new AbortController()
  const calls = [false, true].map((deaf) => demo.call(wait, { ms: 1000, deaf }, { signal: controller.signal }))
  await settled()
  controller.abort()
  for (const call of calls) expect(await call).toMatchObject({ ok: false, errors: [{ code: 'Cancelled' }] })
})

test('a timeout of a subcommand ends only the subcommand', async () => {
  const { demo, time } = await open()
  const call = demo.call(outer, { ms: 5000 })
  await time.advance(5000)
  expect(await call).toEqual({ ok: true, value: 'runtime:DeadlineExceeded' })
  const quick = demo.call(outer, { ms: 1000 })
  await time.advance(1000)
  expect(await quick).toEqual({ ok: true, value: 'in time' })
})

test('a signal that is given late is asked for where a body waits, and not for a commit, which nobody can call back', async () => {
  const time = createVirtualTime()
  const { begin } = recordingTransactions()
  const transactions = { begin: (options: never) => ({ ...begin(options), commit: () => Promise.resolve() }) }
  const write = command('demo.Write', {
    input: z.object({}),
    output: z.string(),
    uses: [Store],
    run({ ctx }) {
      ctx.use(Store)
      return 'written'
    },
  })
  const demo = await app('demo', { parts: [wait, write] }).open({ ports: { ...time, transactions } })
  const asked: string[] = []
  const askedBy = (name: string) => ({
    signal() {
      asked.push(name)
      return new AbortController().signal
    },
  })
  const [written, waited] = [demo.call(write, {}, askedBy('write')), demo.call(wait, { ms: 5 }, askedBy('wait'))]
  await time.advance(5)
  expect(await Promise.all([written, waited])).toEqual([
    { ok: true, value: 'written' },
    { ok: true, value: 'waited' },
  ])
  expect(asked).toEqual(['wait'])
})
