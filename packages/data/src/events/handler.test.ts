import { app, command, type DeadLetters, event, memoryLog, type OpenOptions, port, provide } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { usualDatabase } from '../testing/test-store.ts'
import { handler } from './handler.ts'
import { readersOf } from './reader-progress.ts'

const Counted = event('count.Counted', { data: z.object({ lane: z.string(), n: z.int() }), key: ({ lane }) => lane })
const Reset = event('count.Reset', { data: z.object({}) })

const count = command('count.Count', {
  input: z.object({ lane: z.string(), n: z.int(), fails: z.boolean().default(false) }),
  output: z.null(),
  emits: [Counted, Reset],
  errors: { Refused: z.object({}) },
  run({ input: { lane, n, fails }, emit, fail }) {
    if (n === 0) emit(Reset, {})
    else emit(Counted, { lane, n })
    return fails ? fail.Refused({}) : null
  },
})

/** Notes what handlers see, and lets a test wait for it. */
class Seen {
  readonly list: string[] = []
  #waiting: { readonly size: number; readonly resolve: () => void }[] = []

  push(line: string): void {
    this.list.push(line)
    this.#waiting = this.#waiting.filter(({ size, resolve }) => this.list.length < size || void resolve())
  }
  until(size: number): Promise<void> {
    if (this.list.length >= size) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ size, resolve }))
  }
}
const See = port<(line: string) => Promise<void>>('count.See', { external: false })

const Total = entity('count.Total', { key: 'lane', fields: { lane: z.string(), sum: z.int() } })
const Totals = repository(Total)

/** Adds up what it sees; says so before it ends, and fails as it is told. */
const tell = (options: { from?: 'now' | 'start'; concurrency?: number; attempts?: number } = {}) =>
  handler('count.Tell', {
    on: [Counted, Reset],
    ...options,
    uses: [See, Totals],
    errors: { Unlucky: z.object({}) },
    async run({ input, ctx, fail }) {
      const n = input.name === 'count.Counted' ? input.data.n : 0
      const totals = ctx.use(Totals)
      const total = await totals.get(input.key)
      if (total) totals.update(total, { sum: total.sum + n })
      else totals.insert({ lane: input.key, sum: n })
      await ctx.use(See)(`${input.key}${n}`)
      if (n === 13) return fail.Unlucky({})
    },
  })

const readTotals = command('count.ReadTotals', {
  kind: 'query',
  input: z.object({}),
  output: z.record(z.string(), z.int()),
  uses: [Totals],
  run: async ({ ctx }) =>
    Object.fromEntries((await ctx.use(Totals).find()).records.map(({ lane, sum }) => [lane, sum])),
})

const newFolder = () => mkdtempSync(join(tmpdir(), 'heddle-handler-'))

async function open(parts: ReturnType<typeof tell>[], options: OpenOptions & { see?: Seen['push'] } = {}) {
  const { folder = newFolder(), see, ...rest } = options
  const seen = new Seen()
  const service = async (line: string) => {
    seen.push(line)
    await see?.(line)
  }
  const declared = app('count', {
    parts: [count, readTotals, ...parts, provide(See, service)],
    database: usualDatabase(),
  })
  const opened = await declared.open({ folder, ...rest, ports: { log: memoryLog(), ...rest.ports } })
  return { opened, seen, folder }
}
const call = (opened: Awaited<ReturnType<typeof open>>['opened'], lane: string, n: number) =>
  opened.callOrThrow(count, { lane, n })

test('a handler sees each event with its typed data, in order within a key, and says how far it is', async () => {
  const { opened, seen } = await open([tell()])
  await opened.start()
  for (const n of [1, 2, 3]) for (const lane of ['a', 'b']) await call(opened, lane, n)
  await call(opened, '', 0)
  await seen.until(7)
  const laneOf = (lane: string) => seen.list.filter((line) => line.startsWith(lane))
  expect([laneOf('a'), laneOf('b'), laneOf('0')]).toEqual([['a1', 'a2', 'a3'], ['b1', 'b2', 'b3'], ['0']])
  expect(await opened.health()).toMatchObject({ parts: { 'handler count.Tell': { ok: true } } })
  await opened.close()
  expect(await opened.health()).toMatchObject({ parts: { 'handler count.Tell': { ok: false } } })
})

test('what a failed command emitted is seen by nobody', async () => {
  const { opened, seen } = await open([tell()])
  await opened.start()
  expect(await opened.call(count, { lane: 'a', n: 1, fails: true })).toMatchObject({ ok: false })
  await call(opened, 'a', 2)
  await seen.until(1)
  expect(seen.list).toEqual(['a2'])
  await opened.close()
})

test('a handler runs as its app, with what the app is granted and no more', async () => {
  for (const grants of [undefined, ['mail:send']]) {
    const told = Promise.withResolvers<unknown>()
    const look = handler('count.Look', { on: [Counted], run: ({ ctx }) => told.resolve(ctx.principal) })
    const declared = app('count', { parts: [count, look], database: usualDatabase(), grants })
    const opened = await declared.open({ folder: newFolder(), ports: { log: memoryLog() } })
    await opened.start()
    await call(opened, 'a', 1)
    expect(await told.promise).toMatchObject({ id: 'app:count', tenant: 'main', permissions: grants ?? [] })
    await opened.close()
  }
})

test('a slow key keeps no other waiting', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const { opened, seen } = await open([tell()], { see: (line) => (line === 'slow1' ? held : undefined) as void })
  await opened.start()
  for (const [lane, n] of [
    ['slow', 1],
    ['slow', 2],
    ['fast', 1],
    ['fast', 2],
  ] as const)
    await call(opened, lane, n)
  await seen.until(3)
  // Keys are in no order among each other, but each is in its own.
  expect(seen.list.filter((line) => line.startsWith('fast'))).toEqual(['fast1', 'fast2'])
  expect(seen.list).toContain('slow1')
  release()
  await seen.until(4)
  expect(seen.list.at(-1)).toBe('slow2')
  await opened.close()
})

test('a new handler begins with what comes, or with all that is kept; a known one goes on where it was', async () => {
  const { opened: before, folder } = await open([])
  await call(before, 'a', 1)
  await before.close()

  const late = await open([tell()], { folder })
  await call(late.opened, 'a', 2) // Before it starts, and after it was opened.
  await late.opened.start()
  await call(late.opened, 'a', 3)
  await late.seen.until(2)
  expect(late.seen.list).toEqual(['a2', 'a3'])
  await late.opened.close()

  const again = await open([tell()], { folder })
  await again.opened.start()
  await call(again.opened, 'a', 4)
  await again.seen.until(1)
  expect(again.seen.list).toEqual(['a4'])
  await again.opened.close()

  const { opened, seen } = await open([tell({ from: 'start' })])
  await call(opened, 'b', 1)
  await opened.start()
  await seen.until(1)
  expect(seen.list).toEqual(['b1'])
  await opened.close()
})

test('a defect is tried again after growing pauses, and the effect is there once', async () => {
  const time = createVirtualTime()
  let failures = 3
  const see = () => {
    if (failures-- > 0) throw new Error('not today')
  }
  const { opened, seen } = await open([tell()], { see, ports: { clock: time.clock, timers: time.timers } })
  await opened.start()
  await call(opened, 'a', 5)
  await seen.until(1)
  for (const [attempt, pauseMs] of [
    [2, 1000],
    [3, 2000],
    [4, 4000],
  ] as const) {
    await untilTimer(time, pauseMs)
    await time.advance(pauseMs)
    await seen.until(attempt)
  }
  await call(opened, 'a', 6)
  await seen.until(5)
  expect(seen.list).toEqual(['a5', 'a5', 'a5', 'a5', 'a6'])
  await closeWith(time, opened)
})

test.each([
  ['that asks for no retry', 13, 'Unlucky', 1],
  ['after its attempts', 1, 'Internal', 2],
])('a failure %s becomes a dead letter, and the handler goes on', async (_what, n, code, attempts) => {
  const time = createVirtualTime()
  const see = (line: string) => {
    if (line === 'a1') throw new Error('never')
  }
  const { opened, seen, folder } = await open([tell({ attempts })], {
    see,
    ports: { clock: time.clock, timers: time.timers },
  })
  await opened.start()
  await call(opened, 'a', n)
  for (let attempt = 1; attempt < attempts; attempt++) {
    await seen.until(attempt)
    await untilTimer(time, 1000)
    await time.advance(1000)
  }
  await call(opened, 'a', 7)
  await seen.until(attempts + 1)
  expect(seen.list.at(-1)).toBe('a7')
  const letters = await (opened.ports.deadLetters as DeadLetters).list({ tenant: 'main' })
  expect(letters).toMatchObject([
    {
      command: 'count.Tell',
      origin: 'event 1',
      input: { name: 'count.Counted', data: { lane: 'a', n } },
      errors: [{ code }],
    },
  ])
  await closeWith(time, opened)
  const { opened: later } = await open([], { folder })
  expect(await later.call(readTotals, {})).toEqual({ ok: true, value: { a: 7 } })
  await later.close()
})

test('a handler is told by check when it goes, and when it stops listening', async () => {
  const manifest = (...parts: ReturnType<typeof tell>[]) =>
    app('count', {
      parts: [count, provide(See, async () => undefined), ...parts],
      database: usualDatabase(),
    }).manifest()
  const only = handler('count.Tell', { on: [Counted], run: () => undefined })
  const compare = (before: ReturnType<typeof manifest>, after: ReturnType<typeof manifest>) =>
    only.kind.compare({
      before: before.parts['handler'] ?? {},
      after: after.parts['handler'] ?? {},
      beforeManifest: before,
      afterManifest: after,
    })
  const [both, one, none] = [manifest(tell()), manifest(only), manifest()]
  expect(await compare(both, none)).toMatchObject([{ level: 'breaking', change: 'removed' }])
  expect(await compare(both, one)).toMatchObject([{ level: 'breaking', change: 'on: without count.Reset' }])
  expect(await compare(one, both)).toMatchObject([{ level: 'safe', change: 'on: also count.Reset' }])
  expect(await compare(none, one)).toMatchObject([{ level: 'safe', change: 'added' }])
})

test('how far handlers are is a number', async () => {
  const { opened, seen } = await open([tell()])
  await call(opened, 'a', 1)
  await call(opened, 'a', 2)
  expect(await readersOf(opened)).toEqual([{ name: 'count.Tell', kind: 'handler', offset: 0, behind: 2 }])
  await opened.start()
  await seen.until(2)
  await opened.close()
})

/** Until a timer of that length is set, which the handler does when its call has ended. */
async function untilTimer(time: ReturnType<typeof createVirtualTime>, delayMs: number): Promise<void> {
  while (time.next() === undefined || time.next()! > time.clock.now() + delayMs) {
    await new Promise<void>((resolve) => {
      process.nextTick(resolve)
    })
    await settled()
  }
}

async function closeWith(time: ReturnType<typeof createVirtualTime>, opened: { close(): Promise<void> }) {
  const closing = opened.close()
  await settled()
  await time.advance(60_000)
  await closing
}
