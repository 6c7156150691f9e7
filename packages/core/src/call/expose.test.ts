import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'
import { stream } from '../command/stream-output.ts'
import type { AnyCommand } from '../command/types.ts'
import type { Exposes } from '../command/exposes.ts'
import { factsOf, typesOnly } from '../command/command.ts'
import { describeCommand } from '../manifest/describe-command.ts'
import { before } from './hooks.ts'

const ran: string[] = []
const notify = command('bank.Notify', {
  input: z.object({ to: z.email() }),
  output: z.void(),
  errors: { NoAddress: z.object({}) },
  run: ({ fail }) => {
    throw fail.NoAddress({})
  },
})
const pay = command('bank.Pay', {
  input: z.object({ cents: z.int().positive(), at: z.string().transform(Number), mail: z.string().optional() }),
  output: z.object({ balance: z.string().transform(Number) }),
  errors: { InsufficientFunds: z.object({ missing: z.int() }) },
  calls: [notify],
  hooks: [before('executing', ({ command: { name } }) => void ran.push(name))],
  async run({ input, fail, call }) {
    if (input.mail !== undefined) await call(notify, { to: input.mail })
    if (input.cents > 100) return fail.InsufficientFunds({ missing: input.cents - 100 })
    return { balance: String(100 - input.cents + input.at) }
  },
})

/** A command before another one, as a surface's `expose` makes it. */
function exposing(name: string, exposes: Exposes, more: object = {}): AnyCommand {
  const { input, output, errors } = exposes.command
  const facts = factsOf(name, { input, output, errors, access: 'public', calls: [exposes.command], ...more })
  return { ...facts, name, types: typesOnly, exposes } as AnyCommand
}

const same = exposing('api.Pay', { command: pay })
const old = exposing(
  'api.PayEuros',
  {
    command: pay,
    input: ({ euros }: { euros: number }) => ({ cents: euros * 100, at: '0' }),
    value: ({ balance }: { balance: number }) => ({ euros: balance / 100 }),
    place: ([first, ...rest]) => (first === 'cents' ? ['euros', ...rest] : []),
  },
  { input: z.object({ euros: z.number() }), output: z.object({ euros: z.number() }) },
)
const bank = await app('bank', { parts: [same, old, notify] }).open()
const callAs = (name: string, input: unknown) => bank.callByName(name, input, { as: null, from: 'json' })
const keys = async (name: string, input: unknown) => {
  const outcome = await callAs(name, input)
  return outcome.ok ? [] : outcome.errors.map(({ key }) => key)
}

test('a command that exposes another one ends as that one, which stays closed', async () => {
  expect(await callAs('api.Pay', { cents: 30, at: '5' })).toEqual({ ok: true, value: { balance: 75 } })
  expect(await keys('bank.Pay', { cents: 30, at: '5' })).toEqual(['auth:Unauthenticated'])
  expect(ran).toEqual(['bank.Pay'])
})

test('its errors read as its own, and those from further down keep their way', async () => {
  expect(await keys('api.Pay', { cents: 130, at: '5' })).toEqual(['domain:InsufficientFunds'])
  expect(await keys('api.Pay', { cents: -1, at: 5 })).toEqual(['data/cents:TooSmall', 'data/at:InvalidType'])
  expect(await keys('api.Pay', { cents: 1, at: '5', other: 1 })).toEqual(['data:UnrecognizedKeys'])
  expect(await keys('api.Pay', { cents: 1, at: '5', mail: 'a@b.example' })).toEqual(['bank.Notify>domain:NoAddress'])
})

test('what is made of its input and of the value is checked by the types of either side', async () => {
  expect(await callAs('api.PayEuros', { euros: 0.3 })).toEqual({ ok: true, value: { euros: 0.7 } })
  expect(await keys('api.PayEuros', { euros: -1 })).toEqual(['data/euros:TooSmall'])
  expect(await callAs('api.PayEuros', { euros: -1 })).toMatchObject({
    errors: [{ message: 'Too small: expected number to be >0', data: { minimum: 0 } }],
  })
  expect(await keys('api.PayEuros', { cents: 1 })).toEqual(['data/euros:InvalidType', 'data:UnrecognizedKeys'])
})

test('the manifest tells what it exposes, and every error in the words of its callers', () => {
  const { exposes, calls, possibleErrors } = describeCommand(old)
  expect({ exposes, calls }).toEqual({ exposes: 'bank.Pay', calls: ['bank.Pay'] })
  expect(possibleErrors).toEqual(expect.arrayContaining(['data/euros:TooSmall', 'domain:InsufficientFunds']))
  expect(possibleErrors).toEqual(expect.arrayContaining(['bank.Notify>domain:NoAddress']))
  expect(possibleErrors.filter((key) => key.includes('cents') || key.includes('bank.Pay'))).toEqual([])
})

test('streamed items go through it to the caller, who is waited for', async () => {
  const count = command('math.Count', {
    input: z.object({ to: z.int() }),
    output: stream(z.int(), z.object({ count: z.int() })),
    async *run({ input: { to } }) {
      for (let n = 1; n <= to; n++) yield n
      return { count: to }
    },
  })
  const texts = exposing(
    'api.CountTexts',
    { command: count, item: (n: number) => `no. ${n}` },
    { output: stream(z.string(), z.object({ count: z.int() })) },
  )
  const again = exposing('api.Again', { command: texts })
  const math = await app('math', { parts: [texts, again] }).open()
  for (const name of ['api.CountTexts', 'api.Again']) {
    const items: unknown[] = []
    const outcome = await math.callByName(name, { to: 2 }, { as: null, onItem: (item) => void items.push(item) })
    expect([items, outcome]).toEqual([['no. 1', 'no. 2'], { ok: true, value: { count: 2 } }])
  }
})
