import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'
import { memoryLog } from '../ports/log.ts'
import { createVirtualTime, recordingTransactions, settled } from '../testing/index.ts'
import { bulkhead } from './bulkhead.ts'
import { rateLimit } from './rate-limit.ts'
import { timeout } from './timeout.ts'
import type { Policy } from './policy.ts'

async function open(policies: readonly Policy[]) {
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const began: string[] = []
  const work = command('t.Work', {
    input: z.object({ id: z.string() }),
    output: z.string(),
    policies,
    async run({ input: { id } }) {
      began.push(id)
      await gates.get(id)?.promise
      return id
    },
  })
  const outer = command('t.Outer', {
    input: z.object({ id: z.string() }),
    output: z.string(),
    calls: [work],
    policies,
    run: async ({ input, call }) => (await Promise.all([call(work, input), call(work, input)])).join(),
  })
  const time = createVirtualTime()
  const transactions = recordingTransactions()
  const ports = { clock: time.clock, timers: time.timers, log: memoryLog(), transactions }
  const running = await app('t', { parts: [work, outer] }).open({ ports })
  const start = (id: string) => {
    gates.set(id, Promise.withResolvers<void>())
    return running.call(work, { id })
  }
  const finish = (id: string) => gates.get(id)!.resolve()
  return { running, time, work, outer, began, start, finish }
}

test('a bulkhead lets a few run, others wait in order, and one too many is refused', async () => {
  const { began, start, finish } = await open([bulkhead({ concurrency: 1, queue: 2 })])
  const [first, second, third] = [start('a'), start('b'), start('c')]
  expect(await start('d')).toMatchObject({
    errors: [{ code: 'LimitReached', data: { name: 'bulkhead t.Work', limit: 3 } }],
  })
  expect(began).toEqual(['a'])
  finish('a')
  expect(await first).toEqual({ ok: true, value: 'a' })
  await settled()
  expect(began).toEqual(['a', 'b'])
  finish('b')
  finish('c')
  expect([await second, await third]).toEqual([
    { ok: true, value: 'b' },
    { ok: true, value: 'c' },
  ])
})

test('who gives up waiting leaves the queue, and the place goes to the next', async () => {
  const { time, began, start, finish } = await open([timeout('1s'), bulkhead({ concurrency: 1, queue: 2 })])
  const first = start('a')
  await time.advance(600)
  const second = start('b')
  await time.advance(400)
  expect(await first).toMatchObject({ errors: [{ code: 'DeadlineExceeded' }] })
  await settled()
  expect(began).toEqual(['a', 'b'])
  const third = start('c')
  await time.advance(600)
  expect(await second).toMatchObject({ errors: [{ code: 'DeadlineExceeded' }] })
  await settled()
  finish('c')
  expect(await third).toEqual({ ok: true, value: 'c' })
})

test('a subcommand of a call that holds a place of the same bulkhead does not wait for ever', async () => {
  const { running, outer } = await open([bulkhead({ name: 'shared', concurrency: 1, queue: 0 })])
  expect(await running.call(outer, { id: 'x' })).toEqual({ ok: true, value: 'x,x' })
})

test('calls beyond the rate are refused until the next window, per principal, tenant, field or all together', async () => {
  const calls = async (per: string, callers: readonly { tenant?: string; id?: string; by?: string }[]) => {
    const limited = command('t.Limited', {
      input: z.object({ email: z.string() }),
      output: z.boolean(),
      access: 'public',
      policies: [rateLimit({ limit: 1, window: '1m', per })],
      run: () => true,
    })
    const time = createVirtualTime()
    await time.advance(15_000)
    const running = await app('t', { parts: [limited], tenancy: 'shared' }).open({
      ports: { clock: time.clock, timers: time.timers },
    })
    const told: unknown[] = []
    for (const { tenant, id, by = 'a@b' } of callers) {
      const as = id === undefined ? null : { id, tenant, permissions: [] }
      const outcome = await running.call(limited, { email: by }, { as })
      told.push(outcome.ok || [outcome.errors[0]!.code, outcome.errors[0]!.retry])
    }
    await time.advance(45_000)
    expect(await running.call(limited, { email: 'a@b' }, { as: null })).toEqual({ ok: true, value: true })
    return told
  }
  const refused = ['RateLimited', { afterMs: 45_000 }]
  expect(await calls('principal', [{ id: 'ada' }, { id: 'bob' }, { id: 'ada' }, {}, {}])).toEqual([
    true,
    true,
    refused,
    true,
    refused,
  ])
  expect(await calls('tenant', [{ id: 'ada' }, { id: 'bob' }, { id: 'bob', tenant: 'x' }])).toEqual([
    true,
    refused,
    true,
  ])
  expect(await calls('none', [{ id: 'ada' }, { id: 'bob', tenant: 'x' }])).toEqual([true, refused])
  expect(await calls('input/email', [{ by: 'x' }, { by: 'y' }, { by: 'x', id: 'ada' }])).toEqual([true, true, refused])
})

test('a rate limit by a field that the input does not have is refused where it is defined', () => {
  const define = () =>
    command('t.Wrong', {
      input: z.object({ email: z.string() }),
      output: z.boolean(),
      policies: [rateLimit({ limit: 1, per: 'input/mail' })],
      run: () => true,
    })
  expect(define).toThrow('the input has no field "mail"')
})
