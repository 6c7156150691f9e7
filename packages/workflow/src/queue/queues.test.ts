import { app, command } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { queue, type QueueOptions, runs, runsOf, workflow } from '../index.ts'

/** What runs now, what ran at most at a time, and what began, in order. */
const seen = { running: 0, most: 0, begun: [] as string[], at: [] as number[] }

const send = command('mail.Send', {
  input: z.object({ to: z.string() }),
  output: z.object({}),
  async run({ input: { to }, ctx }) {
    seen.begun.push(to)
    seen.at.push(ctx.clock.now())
    seen.most = Math.max(seen.most, ++seen.running)
    await new Promise((resolve) => setImmediate(resolve))
    seen.running--
    return {}
  },
})

async function opened(limits: QueueOptions) {
  Object.assign(seen, { running: 0, most: 0, begun: [], at: [] })
  const mail = queue('mail', limits)
  const time = createVirtualTime()
  const { clock, timers } = time
  const parts = [send, mail, runs({})]
  const open = await app('mail', { parts, database: sqlite().simulated!(), tenancy: 'shared' }).open({
    ports: { clock, timers },
  })
  await open.start()
  const ended = async <Value>(ending: Promise<Value>): Promise<Value> => {
    let over = false
    void ending.catch(() => undefined).finally(() => (over = true))
    for (await settled(); !over; await settled()) await time.advanceTo(time.next() ?? time.clock.now())
    return ending
  }
  const outcomes = (handles: readonly { run: string }[], tenant = 'main') =>
    ended(Promise.all(handles.map(({ run }) => runsOf(open).outcome(run, { tenant }))))
  return { open, mail, time, ended, outcomes, close: () => ended(open.close()) }
}

const to = (names: readonly string[]) => names.map((name) => ({ to: name }))
const named = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

test('no more runs of a queue run at a time than it says', async () => {
  const { open, mail, outcomes, close } = await opened({ concurrency: 3 })
  const handles = await runsOf(open).laterAll(send, to(named('a', 40)), { queue: mail })
  await outcomes(handles)
  expect(seen.begun).toHaveLength(40)
  expect(seen.most).toBe(3)
  await close()
})

test('no more runs of a queue begin within a time than its rate says', async () => {
  const { open, mail, outcomes, close } = await opened({ rate: { limit: 5, per: '1m' } })
  const handles = await runsOf(open).laterAll(send, to(named('a', 20)), { queue: mail })
  await outcomes(handles)
  expect(seen.at).toHaveLength(20)
  for (const from of seen.at) {
    expect(seen.at.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(5)
  }
  // And no slower than it must be: the last begins in the fourth minute.
  expect(seen.at.at(-1)! - seen.at[0]!).toBeLessThan(3.1 * 60_000)
  await close()
})

test(
  'a tenant that comes when another has put in ten thousand begins in the next round',
  { timeout: 60_000 },
  async () => {
    const { open, mail, ended, close } = await opened({ concurrency: 2 })
    await runsOf(open).laterAll(send, to(named('a', 10_000)), { queue: mail, tenant: 'a' })
    while (seen.begun.length < 10) await settled()
    const b = await runsOf(open).later(send, { to: 'b' }, { queue: mail, tenant: 'b' })
    const begunByThen = seen.begun.length
    await ended(b.outcome())
    // At most one of each place comes before it.
    expect(seen.begun.indexOf('b')).toBeLessThanOrEqual(begunByThen + 2)
    expect(seen.begun.length).toBeLessThan(9_000)
    await close()
  },
)

test('tenants take turns, and so do the keys of each', async () => {
  const { open, mail, outcomes, close } = await opened({ concurrency: 1 })
  const { laterAll } = runsOf(open)
  const put = async (tenant: string, fairness: string, names: readonly string[]) => ({
    tenant,
    handles: await laterAll(send, to(names), { queue: mail, tenant, fairness, delay: 1000 }),
  })
  const all = [
    await put('a', 'x', named('ax', 4)),
    await put('a', 'y', named('ay', 4)),
    await put('b', 'x', named('bx', 2)),
  ]
  for (const { handles, tenant } of all) await outcomes(handles, tenant)
  const turns = seen.begun.map((name) => name.slice(0, 2))
  expect(turns.filter((turn) => turn.startsWith('b')).length).toBe(2)
  // Once all of them wait, whoever is of the other tenant or key comes next.
  const later = turns.slice(2)
  for (const [index, turn] of later.slice(0, 3).entries()) expect(turn).not.toBe(later[index + 1])
  await close()
})

test('of one tenant and key the more important go first', async () => {
  const { open, mail, outcomes, close } = await opened({ concurrency: 1, rate: { limit: 1, per: '1s' } })
  const { laterAll } = runsOf(open)
  const usual = await laterAll(send, to(['a', 'b', 'c', 'd']), { queue: mail })
  const urgent = await laterAll(send, to(['urgent']), { queue: mail, priority: 9 })
  await outcomes([...usual, ...urgent])
  expect(seen.begun.indexOf('urgent')).toBeLessThan(3)
  await close()
})

test('a queue that is full refuses what would be one too many, with the limit by its name', async () => {
  const { open, mail, close } = await opened({ length: 10, rate: { limit: 1, per: '1h' } })
  await runsOf(open).laterAll(send, to(named('a', 10)), { queue: mail })
  while (seen.begun.length < 1) await settled()
  await expect(runsOf(open).laterAll(send, to(named('b', 5)), { queue: mail })).rejects.toMatchObject({
    code: 'LimitReached',
    retry: 'later',
    data: { name: 'queue.length of mail', limit: 10 },
  })
  await close()
})

test('a rate lets the next begin when its time is over', async () => {
  const { open, mail, time, outcomes, close } = await opened({ rate: { limit: 1, per: '1h' } })
  await outcomes(await runsOf(open).laterAll(send, to(['a']), { queue: mail }))
  const handles = await runsOf(open).laterAll(send, to(['b']), { queue: mail })
  await time.advance(59 * 60_000)
  expect(seen.begun).toEqual(['a'])
  await outcomes(handles)
  expect(seen.at[1]! - seen.at[0]!).toBeGreaterThanOrEqual(3_600_000)
  await close()
})

test('a queue that the app does not have is refused', async () => {
  const { open, close } = await opened({})
  await expect(runsOf(open).later(send, { to: 'a' }, { queue: 'nail' })).rejects.toMatchObject({
    code: 'InvalidOption',
    message: expect.stringContaining('default, mail') as string,
  })
  await close()
})

test('a workflow that names a queue which the app does not have keeps it from opening', async () => {
  const lost = workflow('mail.Lost', {
    input: z.object({}),
    output: z.object({}),
    queue: 'nail',
    run: async () => ({}),
  })
  const declared = app('mail', { parts: [lost], database: sqlite().simulated!() })
  await expect(declared.open()).rejects.toMatchObject({ code: 'MissingPart' })
})

test('a queue is refused whose limits make no sense', () => {
  const refused = expect.objectContaining({ code: 'InvalidDefinition' }) as Error
  expect(() => queue('mail', { concurrency: 0 })).toThrow(refused)
  expect(() => queue('mail', { rate: { limit: 1, per: 'often' } })).toThrow(refused)
  expect(() => queue('a mail')).toThrow(refused)
  expect(() => queue('default')).toThrow(refused)
})
