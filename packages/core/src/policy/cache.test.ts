import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'
import { error } from '../error/declared.ts'
import { memoryLog } from '../ports/log.ts'
import { memoryNotices } from '../ports/notices.ts'
import type { Port } from '../ports/port.ts'
import type { Ports } from '../ports/ports.ts'
import { createVirtualTime, recordingTransactions, settled } from '../testing/index.ts'
import { cache } from './cache.ts'
import { invalidateTags } from './cache-tags.ts'
import { invalidate } from './invalidate.ts'
import { timeout } from './timeout.ts'

type Options = Parameters<typeof cache>[0]

const errors = { Gone: z.object({}), Busy: error(z.object({}), { retry: 'later' }) }

async function open(options: Partial<Options> = {}, ports: Partial<Ports> = {}) {
  let runs = 0
  const gate: { wait?: Promise<void>; fail?: keyof typeof errors } = {}
  const read = command('t.Read', {
    kind: 'query',
    input: z.object({ id: z.string(), at: z.date().optional() }),
    output: z.object({ run: z.int(), at: z.date(), by: z.string() }),
    errors,
    access: 'public',
    policies: [cache({ ttl: '1m', tags: ['all', 'one:{id}'], ...options })],
    async run({ ctx, fail }) {
      const run = ++runs
      await gate.wait
      if (gate.fail) return fail[gate.fail]({})
      return { run, at: new Date(0), by: ctx.principal?.id ?? 'nobody' }
    },
  })
  const change = command('t.Change', {
    input: z.object({ id: z.string() }),
    output: z.boolean(),
    errors,
    policies: [invalidate('one:{id}')],
    run: ({ fail }) => (gate.fail ? fail[gate.fail]({}) : true),
  })
  const outer = command('t.Outer', {
    input: z.object({ id: z.string() }),
    output: z.array(z.int()),
    calls: [read, change],
    async run({ input, call }) {
      const before = await call(read, input)
      await call(change, input)
      return [before.run, (await call(read, input)).run]
    },
  })
  const time = createVirtualTime()
  const declared = app('t', { parts: [read, change, outer], tenancy: 'shared' })
  const running = await declared.open({ ports: { clock: time.clock, timers: time.timers, log: memoryLog(), ...ports } })
  const ask = async (id = 'a', as?: Parameters<typeof running.call>[2]) => {
    const outcome = await running.call(read, { id }, as)
    return outcome.ok ? outcome.value.run : outcome.errors[0]!.code
  }
  return { running, time, read, change, outer, ask, gate, runs: () => runs }
}

test('an answer is remembered for its time, by input', async () => {
  const { ask, time } = await open()
  expect([await ask('a'), await ask('a'), await ask('b'), await ask('a')]).toEqual([1, 1, 2, 1])
  await time.advance(60_000)
  expect(await ask('a')).toBe(3)
})

test('it comes back in its type, equal to the first one, and nobody can change it for others', async () => {
  const { running, read } = await open()
  const [first, second] = [await running.call(read, { id: 'a' }), await running.call(read, { id: 'a' })]
  expect(first).toEqual({ ok: true, value: { run: 1, at: new Date(0), by: 'nobody' } })
  expect(second).toEqual(first)
  const plain = command('t.Plain', {
    kind: 'query',
    input: z.object({}),
    output: z.object({ list: z.array(z.string()) }),
    policies: [cache({ ttl: '1m' })],
    run: () => ({ list: ['a'] }),
  })
  const shared = await (await app('t', { parts: [plain] }).open()).call(plain, {})
  expect(() => shared.ok && shared.value.list.push('b')).toThrow(TypeError)
})

test('it is never given to another tenant, principal or stranger, nor to the same one with other permissions', async () => {
  const { ask, runs } = await open()
  const callers = [
    undefined,
    { as: null },
    { as: { id: 'ada', permissions: [] } },
    { as: { id: 'ada', permissions: ['x'] } },
    { as: { id: 'bob', permissions: [] } },
    { as: { id: 'ada', tenant: 'north', permissions: [] } },
    { tenant: 'north' },
  ]
  const answers: unknown[] = []
  for (const caller of callers) answers.push(await ask('a', caller))
  expect(new Set(answers).size).toBe(callers.length)
  for (const [index, caller] of callers.entries()) expect(await ask('a', caller)).toBe(answers[index])
  expect(runs()).toBe(callers.length)
})

test('inputs that only look alike stay apart', async () => {
  const { running, read, runs } = await open()
  const at = new Date('2026-01-01')
  for (const input of [{ id: 'a' }, { id: 'a', at }, { id: 'a', at: undefined }, { id: 'a', at: new Date(at) }]) {
    await running.call(read, input)
  }
  expect(runs()).toBeGreaterThanOrEqual(2)
  expect(runs()).toBeLessThanOrEqual(3)
})

test('callers who ask the same at the same time wait for one run', async () => {
  const { ask, gate, runs } = await open()
  const { promise, resolve } = Promise.withResolvers<void>()
  gate.wait = promise
  const asked = [ask(), ask(), ask(), ask('b')]
  await settled()
  expect(runs()).toBe(2)
  resolve()
  expect(await Promise.all(asked)).toEqual([1, 1, 1, 2])
})

test('a declared failure is shared by those who wait and not kept; who fails by misfortune fails alone', async () => {
  const { running, read, ask, gate, runs } = await open()
  const { promise, resolve } = Promise.withResolvers<void>()
  gate.wait = promise
  gate.fail = 'Gone'
  const asked = [ask(), ask()]
  await settled()
  resolve()
  expect(await Promise.all(asked)).toEqual(['Gone', 'Gone'])
  expect(runs()).toBe(1)
  gate.fail = undefined

  const again = Promise.withResolvers<void>()
  gate.wait = again.promise
  const hasty = new AbortController()
  const first = running.call(read, { id: 'a' }, { signal: hasty.signal })
  await settled()
  const second = ask()
  await settled()
  hasty.abort()
  again.resolve()
  expect(await first).toMatchObject({ errors: [{ code: 'Cancelled' }] })
  expect(await second).toBe(3)
})

test('a tag is forgotten by a command once it is committed, and by hand', async () => {
  const { running, change, ask } = await open()
  expect([await ask('a'), await ask('b')]).toEqual([1, 2])
  await running.call(change, { id: 'a' })
  expect([await ask('a'), await ask('b')]).toEqual([3, 2])
  await invalidateTags(running.ports, ['all'])
  expect([await ask('a'), await ask('b')]).toEqual([4, 5])
  await invalidateTags(running.ports, ['all'], 'north')
  expect([await ask('a'), await ask('b')]).toEqual([4, 5])
})

test('a command that fails forgets nothing', async () => {
  const { running, change, ask, gate } = await open()
  await ask('a')
  gate.fail = 'Gone'
  await running.call(change, { id: 'a' })
  gate.fail = undefined
  expect(await ask('a')).toBe(1)
})

test('as a subcommand it forgets only when the outermost command is committed', async () => {
  const { running, outer, ask } = await open()
  expect(await running.call(outer, { id: 'a' })).toEqual({ ok: true, value: [1, 1] })
  expect(await ask('a')).toBe(2)
})

test('an answer that was under way when its tag was forgotten is not kept', async () => {
  const { running, ask, gate } = await open()
  const { promise, resolve } = Promise.withResolvers<void>()
  gate.wait = promise
  const old = ask()
  await settled()
  await invalidateTags(running.ports, ['one:a'])
  const fresh = ask()
  await settled()
  resolve()
  expect([await old, await fresh]).toEqual([1, 2])
  expect(await ask()).toBe(2)
})

test('another process forgets the tag too, and everything when it may have missed one', async () => {
  const missed: (() => void)[] = []
  const wire = memoryNotices()
  const notices: typeof wire = {
    publish: (topic, payload) => wire.publish(topic, payload),
    subscribe(topic, listener, options) {
      missed.push(options!.missed!)
      return wire.subscribe(topic, listener, options)
    },
  }
  const [here, there] = [await open({}, { notices }), await open({}, { notices })]
  expect([await here.ask(), await there.ask()]).toEqual([1, 1])
  await here.running.call(here.change, { id: 'a' })
  expect([await here.ask(), await there.ask()]).toEqual([2, 2])
  for (const tell of missed) tell()
  expect([await here.ask(), await there.ask()]).toEqual([3, 3])
})

test('within a unit of work that holds writes nothing is taken from the cache or put into it', async () => {
  let holdsWrites = false
  const transactions = recordingTransactions()
  const begin = transactions.begin.bind(transactions)
  transactions.begin = (options) => Object.defineProperty(begin(options), 'waits', { get: () => holdsWrites })
  const Store: Port<unknown> = { kind: 'port', name: 't.Store', external: false, bind: ({ unit }) => ({ unit }) }
  let runs = 0
  const read = command('t.Read', {
    kind: 'query',
    input: z.object({}),
    output: z.int(),
    policies: [cache({ ttl: '1m' })],
    run: () => ++runs,
  })
  const write = command('t.Write', {
    input: z.object({ writes: z.boolean() }),
    output: z.int(),
    uses: [Store],
    calls: [read],
    async run({ ctx, call, input }) {
      ctx.use(Store)
      holdsWrites = input.writes
      return await call(read, {})
    },
  })
  const running = await app('t', { parts: [read, write] }).open({ ports: { transactions } })
  const value = async (writes: boolean) => await running.callOrThrow(write, { writes })
  expect([await value(true), await value(false), await value(true), await value(false)]).toEqual([1, 2, 3, 2])
})

test('an access rule is asked before each answer', async () => {
  let open = true
  const read = command('t.Read', {
    kind: 'query',
    input: z.object({}),
    output: z.int(),
    access: () => open,
    policies: [cache({ ttl: '1m' })],
    run: () => 7,
  })
  const running = await app('t', { parts: [read] }).open({ ports: { log: memoryLog() } })
  const as = { id: 'ada', permissions: [] }
  expect(await running.call(read, {}, { as })).toEqual({ ok: true, value: 7 })
  open = false
  expect(await running.call(read, {}, { as })).toMatchObject({ errors: [{ code: 'Denied' }] })
})

test('a cache that is out of reach makes nothing fail', async () => {
  const log = memoryLog()
  const away = () => Promise.reject(new Error('away'))
  const broken = { get: away, set: away, delete: away, deleteTags: away, clear: away }
  const { running, ask, change } = await open({}, { cache: broken, log })
  expect([await ask(), await ask()]).toEqual([1, 2])
  expect(await running.call(change, { id: 'a' })).toEqual({ ok: true, value: true })
  expect(new Set(log.lines.map(({ severity }) => severity))).toEqual(new Set(['warning', 'error']))
})

test('what is no query, streams, or is decided by a rule per principal is refused where it is defined', () => {
  const define = (facts: { kind?: 'query'; access?: () => boolean }, options: Partial<Options> = {}) =>
    command('t.Read', {
      input: z.object({}),
      output: z.int(),
      policies: [timeout('1s'), cache({ ttl: '1m', ...options })],
      run: () => 1,
      ...facts,
    })
  expect(() => define({})).toThrow('only a query is cached')
  expect(() => define({}, { commands: true })).not.toThrow()
  expect(() => define({ kind: 'query', access: () => true }, { per: 'tenant' })).toThrow('a rule decides')
  expect(() => define({ kind: 'query' }, { tags: ['x:{id}'] })).toThrow('the input has no field "id"')
})
