import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, contract, memoryLog } from '../index.ts'
import { recordingTransactions } from '../testing/index.ts'

const Store = {
  kind: 'port',
  name: 'demo.Store',
  external: false,
  bind: ({ unit }: { unit: unknown }) => unit,
} as const

const child = command('demo.Child', {
  input: z.object({ n: z.int().max(5) }),
  output: z.int(),
  errors: { Odd: z.object({ n: z.int() }) },
  uses: [Store],
  async run({ input, fail, ctx }) {
    ctx.use(Store)
    return input.n % 2 ? fail.Odd({ n: input.n }) : input.n * 10
  },
})
const stranger = command('demo.Stranger', { input: z.object({}), output: z.int(), run: () => 1 })
const parent = command('demo.Parent', {
  input: z.object({ n: z.int(), how: z.string() }),
  output: z.unknown(),
  uses: [Store],
  calls: [child],
  async run({ input: { n, how }, call, ctx }) {
    ctx.use(Store)
    switch (how) {
      case 'try':
        return (await call.try(child, { n })).ok
      case 'swallow':
        await call(child, { n }).catch(() => undefined)
        return 'swallowed'
      case 'forget':
        void call(child, { n })
        return 'forgotten'
      case 'undeclared':
        return (call as unknown as (command: unknown, input: unknown) => unknown)(stranger, {})
      default:
        return call(child, { n })
    }
  },
})

async function open() {
  const transactions = recordingTransactions()
  const log = memoryLog()
  return {
    transactions,
    log,
    demo: await app('demo', { parts: [child, parent, stranger] }).open({ ports: { transactions, log } }),
  }
}

test('a subcommand gives its value and shares the unit of work', async () => {
  const { demo, transactions } = await open()
  expect(await demo.call(parent, { n: 2, how: 'call' })).toEqual({ ok: true, value: 20 })
  expect(transactions.events).toEqual(['unit 1 begin command', 'unit 1 commit'])
})

test('a failure of a subcommand ends its caller with it; its key names the way', async () => {
  const { demo, transactions } = await open()
  const failed = await demo.call(parent, { n: 3, how: 'call' })
  expect(failed.ok || failed.errors.map(({ key }) => key)).toEqual(['demo.Child>domain:Odd'])
  const refused = await demo.call(parent, { n: 8, how: 'call' })
  expect(refused.ok || refused.errors.map(({ key }) => key)).toEqual(['demo.Child>data/n:TooBig'])
  expect(transactions.events.filter((event) => event.endsWith('commit'))).toEqual([])
})

test('call.try gives the outcome; success is merged, failure dropped, and the caller goes on', async () => {
  const { demo, transactions } = await open()
  expect(await demo.call(parent, { n: 2, how: 'try' })).toEqual({ ok: true, value: true })
  expect(await demo.call(parent, { n: 3, how: 'try' })).toEqual({ ok: true, value: false })
  expect(transactions.events).toEqual([
    'unit 1 begin command',
    'unit 1 overlay',
    'unit 1.overlay merge',
    'unit 1 commit',
    'unit 2 begin command',
    'unit 2 overlay',
    'unit 2.overlay rollback',
    'unit 2 commit',
  ])
})

test.each([
  ['swallow', 3, 'FailureDropped'],
  ['forget', 2, 'CallEnded'],
  ['undeclared', 2, 'UndeclaredCall'],
])('to %s a subcommand is a defect that rolls back', async (how, n, code) => {
  const { demo, transactions, log } = await open()
  expect(await demo.call(parent, { n, how })).toMatchObject({ ok: false, errors: [{ code: 'Internal' }] })
  expect(log.lines).toMatchObject([{ fields: { code } }])
  expect(transactions.events.at(-1)).toBe('unit 1 rollback')
})

test('commands that call each other in a circle run through their contracts', async () => {
  const Even = contract('math.IsEven', { input: z.int(), output: z.boolean() })
  const Odd = contract('math.IsOdd', { input: z.int(), output: z.boolean() })
  const isEven = Even.implement({
    calls: [Odd],
    run: async ({ input, call }) => input === 0 || (await call(Odd, input - 1)),
  })
  const isOdd = Odd.implement({
    calls: [Even],
    run: async ({ input, call }) => input !== 0 && (await call(Even, input - 1)),
  })
  const math = await app('math', { parts: [isEven, isOdd] }).open()
  expect(await math.call(Even, 10)).toEqual({ ok: true, value: true })
  expect(await math.call(isOdd, 10)).toEqual({ ok: true, value: false })
})

test('a lazily loaded body is loaded by the first call, once', async () => {
  let loads = 0
  const Heavy = contract('demo.Heavy', { input: z.int(), output: z.int() })
  const heavy = Heavy.lazy(async () => {
    loads++
    return { default: Heavy.implement({ run: ({ input }) => input + 1 }) }
  })
  const demo = await app('demo', { parts: [heavy] }).open()
  expect(loads).toBe(0)
  expect(await demo.batch(heavy, [1, 2, 3])).toEqual([2, 3, 4].map((value) => ({ ok: true, value })))
  expect(loads).toBe(1)
})
