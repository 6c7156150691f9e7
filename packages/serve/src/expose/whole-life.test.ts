import { after, app, before, command, memoryLog, ref, type Referable, systemFailure, timeout } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { generateClient } from '../client/generate/generate-client.ts'
import { expose } from './expose.ts'

const ann = { id: 'ann', permissions: ['api:pay'] }
let runs = 0
const told: string[] = []
const Account: Referable<{ id: string; owner: string }, string> = {
  name: 'bank.Account',
  keyType: z.string(),
  load: (_scope, keys) => {
    told.push(`loaded ${keys.join()}`)
    return keys.map((id) => (id === 'none' ? undefined : { id, owner: 'ann' }))
  },
}
const pay = command('bank.Pay', {
  input: z.object({ from: ref(Account), cents: z.int(), wait: z.boolean().default(false) }),
  output: z.object({ run: z.int(), by: z.string() }),
  errors: { NotCovered: z.object({ missing: z.int() }) },
  policies: [timeout('1h')],
  hooks: [
    before('validated', () => void told.push('inner')),
    after('committed', () => void told.push('inner committed')),
  ],
  async run({ input: { from, cents, wait }, fail, ctx }) {
    runs++
    if (wait) await ctx.sleep(60_000)
    return cents > 10 ? fail.NotCovered({ missing: cents - 10 }) : { run: runs, by: from.owner }
  },
})
const first = expose(pay, {
  as: 'api.Pay',
  access: 'api:pay',
  errors: { NotCovered: { as: 'TooMuch', type: z.object({ by: z.int() }), map: ({ missing }) => ({ by: missing }) } },
  hooks: [before('opened', () => void told.push('outer'))],
})
const second = expose(first, {
  as: 'api.PayTwice',
  access: ({ principal }, { of }: { of: { owner: string } }) => ({
    allowed: of.owner === principal?.id,
    because: 'only owners pay',
  }),
  input: {
    type: z.object({ of: ref(Account), cents: z.int(), wait: z.boolean().optional() }),
    map: ({ of, ...more }) => ({ from: of.id, ...more }),
    places: { from: 'of' },
  },
  errors: { TooMuch: { as: 'NoMoney' } },
})

const open = () => app('bank', { parts: [second] }).open({ ports: { log: memoryLog() } })
const keysOf = (outcome: { ok: boolean; errors?: readonly { key: string }[] }) =>
  outcome.ok ? [] : outcome.errors!.map(({ key }) => key)

test('what is exposed twice is one call, with the hooks of each and one commit', async () => {
  const bank = await open()
  told.length = 0
  expect(await bank.callByName('api.PayTwice', { of: 'a1', cents: 5 }, { as: ann, from: 'json' })).toMatchObject({
    value: { by: 'ann' },
  })
  // A record is loaded where a rule or a map sees it, and where the body does; not where it only goes through.
  expect(told).toEqual(['loaded a1', 'outer', 'inner', 'loaded a1'])
  expect(keysOf(await bank.callByName('api.PayTwice', { of: 'a1', cents: 50 }, { as: ann, from: 'json' }))).toEqual([
    'domain:NoMoney',
  ])
  expect(keysOf(await bank.callByName('api.PayTwice', { of: 'none', cents: 5 }, { as: ann, from: 'json' }))).toEqual([
    'data/of:NotFound',
  ])
})

test('a hook in front of the commit still refuses a call that has run', async () => {
  const stages: string[] = []
  const guarded = expose(pay, {
    as: 'api.PayGuarded',
    access: 'public',
    hooks: [
      before('committed', () => {
        stages.push('before')
        throw systemFailure('Unavailable', { what: 'the bank of the receiver' })
      }),
      after('committed', () => void stages.push('after')),
    ],
  })
  const bank = await app('bank', { parts: [guarded] }).open({ ports: { log: memoryLog() } })
  const known = runs
  const outcome = await bank.callByName('api.PayGuarded', { from: 'a1', cents: 5 }, { as: ann, from: 'json' })
  expect([keysOf(outcome), runs - known, stages]).toEqual([['system:Unavailable'], 1, ['before']])
})

test('the key of a call gives its answer again, also one that failed in other words', async () => {
  const bank = await open()
  const call = (cents: number, idempotencyKey: string) =>
    bank.callByName('api.Pay', { from: 'a1', cents }, { as: ann, from: 'json', idempotencyKey })
  const answer = await call(5, 'k1')
  expect(await call(5, 'k1')).toEqual(answer)
  const before = runs
  const failed = await call(15, 'k2')
  expect(failed).toMatchObject({ errors: [{ code: 'TooMuch', data: { by: 5 }, message: 'Too much.' }] })
  expect(JSON.stringify(await call(15, 'k2'))).toBe(JSON.stringify(failed))
  expect(runs).toBe(before + 1)
  expect(keysOf(await call(6, 'k1'))).toEqual(['runtime:KeyReused'])
})

test('whether a call would be allowed is asked of the command that callers know', async () => {
  const bank = await open()
  const may = (as: typeof ann | null) => bank.mayCall('api.PayTwice', { of: 'a1', cents: 5 }, { as, from: 'json' })
  expect((await may(ann)).ok).toBe(true)
  expect(await may({ ...ann, id: 'eve' })).toMatchObject({
    errors: [{ message: expect.stringContaining('only owners') as string }],
  })
  expect(keysOf(await may(null))).toEqual(['auth:Unauthenticated'])
  expect(keysOf(await bank.mayCall('bank.Pay', { from: 'a1', cents: 5 }, { as: ann }))).toEqual(['auth:Denied'])
})

test('who cancels ends the command behind, and a defect of it stays inside', async () => {
  const bank = await open()
  const controller = new AbortController()
  const input = { of: 'a1', cents: 5, wait: true }
  const waiting = bank.callByName('api.PayTwice', input, { as: ann, from: 'json', signal: controller.signal })
  controller.abort()
  expect(keysOf(await waiting)).toEqual(['runtime:Cancelled'])
  const late = await bank.callByName('api.PayTwice', input, {
    as: ann,
    from: 'json',
    deadline: bank.ports.clock.now() - 1,
  })
  expect(keysOf(late)).toEqual(['runtime:DeadlineExceeded'])
  const broken = expose(pay, {
    as: 'api.Broken',
    access: 'public',
    result: {
      type: z.object({}),
      map: () => {
        throw new Error('secret')
      },
    },
  })
  const wrong = expose(pay, { as: 'api.Wrong', access: 'public', result: { type: z.string(), map: () => 5 as never } })
  const other = await app('bank', { parts: [broken, wrong] }).open({ ports: { log: memoryLog() } })
  for (const name of ['api.Broken', 'api.Wrong']) {
    expect(keysOf(await other.callByName(name, { from: 'a1', cents: 5 }, { as: null }))).toEqual(['system:Internal'])
  }
})

test('code calls it like any command, at once where nothing waits', async () => {
  const double = command('math.Double', { input: z.int(), output: z.int(), run: ({ input }) => input * 2 })
  const twice = expose(double, { as: 'api.Double', access: 'public' })
  const math = await app('math', { parts: [twice] }).open()
  expect(math.runSync(twice, 4)).toEqual({ ok: true, value: 8 })
  expect(await math.batch(twice, [1, 2], { atomic: true })).toMatchObject([{ value: 2 }, { value: 4 }])
})

test('a generated client says of a deprecated command that it is', async () => {
  const old = expose(pay, {
    version: 1,
    access: 'public',
    deprecated: { since: '2026-11-01', use: 'api.Pay' },
    summary: 'Pay',
  })
  const { manifest } = await app('bank', { parts: [old, first] }).open()
  expect(generateClient(manifest)['bank.ts']).toContain('@deprecated Deprecated since 2026-11-01: use api.Pay.')
})
