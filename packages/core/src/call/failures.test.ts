import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, error, memoryLog } from '../index.ts'

const log = memoryLog()
const withdraw = command('bank.Withdraw', {
  input: z.object({ cents: z.int().positive(), mode: z.string().default('return') }),
  output: z.object({ left: z.int() }),
  errors: {
    InsufficientFunds: error(z.object({ missing: z.int() }), { message: '{missing} cents are missing.' }),
    Closed: z.object({}),
  },
  run({ input, fail }) {
    const missing = input.cents - 100
    if (missing <= 0) return { left: -missing, secret: 'pin' }
    switch (input.mode) {
      case 'throw':
        throw fail.InsufficientFunds({ missing })
      case 'drop':
        fail.InsufficientFunds({ missing })
        return { left: 0 }
      case 'drop one':
        fail.Closed({})
        return fail.InsufficientFunds({ missing })
      case 'defect':
        throw new TypeError('boom')
      case 'wrong output':
        return { left: 0.5 }
      case 'wrong data':
        return fail.InsufficientFunds({ missing: 0.5 })
      default:
        return fail.InsufficientFunds({ missing }, { path: ['cents'], cause: new Error('limit') })
    }
  },
})
const bank = await app('bank', { parts: [withdraw] }).open({ ports: { log } })
const call = (cents: number, mode?: string) => bank.call(withdraw, { cents, mode })

test('a success carries the value, and only the fields of its type', async () => {
  expect(await call(40)).toEqual({ ok: true, value: { left: 60 } })
})

test('a returned failure is the outcome, with its key, path, message, data and cause', async () => {
  const outcome = await call(150)
  if (outcome.ok) throw new Error('it succeeded')
  const [failure] = outcome.errors
  expect(failure!.toJSON()).toEqual({
    code: 'InsufficientFunds',
    key: 'domain/cents:InsufficientFunds',
    path: ['cents'],
    via: [],
    category: 'domain',
    severity: 'info',
    message: '50 cents are missing.',
    data: { missing: 50 },
    retry: 'never',
    help: undefined,
  })
  expect(failure!.causes()).toMatchObject([{ message: 'limit' }])
})

test('a thrown failure is the same outcome', async () => {
  expect(await call(150, 'throw')).toMatchObject({ ok: false, errors: [{ code: 'InsufficientFunds' }] })
})

test('an input that does not fit its type fails with a path, a code and the message of the type', async () => {
  const outcome = await bank.call(withdraw, { cents: -1, mode: 5 } as never)
  expect(outcome.ok || outcome.errors.map(({ key }) => key)).toEqual(['data/cents:TooSmall', 'data/mode:InvalidType'])
  expect(outcome.ok || outcome.errors[0]!.data).toEqual({ origin: 'number', minimum: 0, inclusive: false })
})

test.each([
  ['drop', 'FailureDropped'],
  ['drop one', 'FailureDropped'],
  ['wrong output', 'InvalidOutput'],
  ['wrong data', 'InvalidErrorData'],
  ['defect', undefined],
])('the defect "%s" reaches the caller as Internal and is logged once', async (mode, code) => {
  log.lines.length = 0
  const outcome = await call(150, mode)
  if (outcome.ok) throw new Error('it succeeded')
  expect(outcome.errors).toMatchObject([{ code: 'Internal', category: 'system' }])
  const { traceId } = outcome.errors[0]!.data as { traceId: string }
  expect(log.lines).toMatchObject([{ severity: 'error', fields: { code, traceId, command: 'bank.Withdraw' } }])
})
