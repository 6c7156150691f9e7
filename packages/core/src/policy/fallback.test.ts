import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'
import { error } from '../error/declared.ts'
import { systemFailure } from '../error/failure.ts'
import { memoryLog } from '../ports/log.ts'
import type { Port } from '../ports/port.ts'
import { createVirtualTime, recordingTransactions } from '../testing/index.ts'
import { deadLetter } from './dead-letter.ts'
import { fallback } from './fallback.ts'
import type { Policy } from './policy.ts'
import { retry } from './retry.ts'

const Store: Port<unknown> = { kind: 'port', name: 't.Store', external: false, bind: ({ unit }) => ({ unit }) }
const errors = { Busy: error(z.object({}), { retry: 'later' }), Sold: z.object({ by: z.string() }) }
const input = z.object({ how: z.enum(['fine', 'Busy', 'Sold', 'away', 'defect']) })

const archive = command('t.Archive', {
  input,
  output: z.object({ from: z.string() }),
  uses: [Store],
  run: ({ ctx }) => (ctx.use(Store), { from: 'archive' }),
})

async function open(policies: readonly Policy[]) {
  const read = command('t.Read', {
    input,
    output: z.object({ from: z.string() }),
    errors,
    uses: [Store],
    policies,
    run({ input: { how }, fail, ctx }) {
      ctx.use(Store)
      if (how === 'defect') throw new TypeError('a mistake')
      if (how === 'away') throw systemFailure('Unavailable', { what: 'It' })
      if (how === 'Sold') return fail.Sold({ by: 'ada' })
      return how === 'Busy' ? fail.Busy({}) : { from: 'source' }
    },
  })
  const outer = command('t.Outer', {
    input,
    output: z.object({ from: z.string() }),
    calls: [read],
    run: async ({ call, input: given }) => await call(read, given),
  })
  const time = createVirtualTime()
  const transactions = recordingTransactions()
  const ports = { clock: time.clock, timers: time.timers, log: memoryLog(), transactions }
  const running = await app('t', { parts: [read, archive, outer], tenancy: 'shared' }).open({ ports })
  return { running, read, outer, transactions, time }
}

const codes = (outcome: { ok: boolean; errors?: readonly { code: string }[] }) =>
  outcome.errors?.map(({ code }) => code)

test('a value answers for what is out of reach, but not for what the domain declares, nor for a defect', async () => {
  const { running, read } = await open([fallback({ value: { from: 'nowhere' } })])
  expect(await running.call(read, { how: 'away' })).toEqual({ ok: true, value: { from: 'nowhere' } })
  expect(await running.call(read, { how: 'fine' })).toEqual({ ok: true, value: { from: 'source' } })
  expect(codes(await running.call(read, { how: 'Sold' }))).toEqual(['Sold'])
  expect(codes(await running.call(read, { how: 'defect' }))).toEqual(['Internal'])
})

test('`on` names the codes that it answers for', async () => {
  const { running, read } = await open([fallback({ value: { from: 'nowhere' }, on: ['Sold'] })])
  expect(await running.call(read, { how: 'Sold' })).toEqual({ ok: true, value: { from: 'nowhere' } })
  expect(codes(await running.call(read, { how: 'away' }))).toEqual(['Unavailable'])
})

test('a command answers in a unit of its own; what the failed one wrote is undone', async () => {
  const { running, read, transactions } = await open([fallback({ command: archive })])
  expect(await running.call(read, { how: 'away' })).toEqual({ ok: true, value: { from: 'archive' } })
  expect(transactions.events).toEqual([
    'unit 1 begin command',
    'unit 1 rollback',
    'unit 2 begin command',
    'unit 2 commit',
  ])
})

test('in a subcommand the failed overlay is dropped and the one of the fallback merged', async () => {
  const { running, outer, transactions } = await open([fallback({ command: archive })])
  expect(await running.call(outer, { how: 'away' })).toEqual({ ok: true, value: { from: 'archive' } })
  expect(transactions.events).toEqual([
    'unit 1 begin command',
    'unit 1 overlay',
    'unit 1.overlay rollback',
    'unit 1 overlay',
    'unit 1.overlay merge',
    'unit 1 commit',
  ])
})

test('what fails for good is kept with its input and its errors, once all attempts are used up', async () => {
  const { running, read, time } = await open([deadLetter(), retry({ attempts: 2, jitter: 'none' })])
  const outcome = running.call(read, { how: 'Busy' }, { tenant: 'north' })
  await time.advance(100)
  expect(codes(await outcome)).toEqual(['Busy'])
  await running.call(read, { how: 'fine' })
  await running.call(read, { how: 'defect' })
  const letters = [
    ...(await running.ports.deadLetters.list({ tenant: 'north' })),
    ...(await running.ports.deadLetters.list({ tenant: 'main' })),
  ]
  expect(
    letters.map(({ command: name, input: kept, errors: why }) => [name, kept, why.map(({ code }) => code)]),
  ).toEqual([
    ['t.Read', { how: 'Busy' }, ['Busy']],
    ['t.Read', { how: 'defect' }, ['Internal']],
  ])
})

test('a dead letter that cannot be written is logged, and the outcome stays', async () => {
  const log = memoryLog()
  const read = command('t.Read', {
    input,
    output: z.number(),
    errors,
    policies: [deadLetter()],
    run: ({ fail }) => fail.Busy({}),
  })
  const deadLetters = {
    add: () => Promise.reject(new Error('full')),
    list: () => [],
    get: () => undefined,
    inputOf: () => undefined,
    failedAgain: () => undefined,
    drop: () => 0,
  }
  const running = await app('t', { parts: [read] }).open({ ports: { log, deadLetters } })
  expect(codes(await running.call(read, { how: 'Busy' }))).toEqual(['Busy'])
  expect(log.lines).toMatchObject([{ severity: 'error', fields: { cause: 'Error: full' } }])
})

test('a value that does not fit the output is refused where the command is defined', () => {
  const define = () =>
    command('t.Wrong', { input, output: z.number(), policies: [fallback({ value: 'no' })], run: () => 1 })
  expect(define).toThrow(expect.objectContaining({ code: 'InvalidDefinition' }))
})
