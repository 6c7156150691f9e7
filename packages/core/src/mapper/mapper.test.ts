import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'
import { domain } from '../command/domain.ts'
import { memoryLog } from '../ports/log.ts'
import { mapped } from './mapped.ts'
import { mapper } from './mapper.ts'

const Customer = z.object({ first: z.string(), last: z.string(), cents: z.int() })
const Payment = z.object({ payer: z.string().min(1), cents: z.int() })
const Receipt = z.object({ number: z.int(), cents: z.int() })
const Proof = z.object({ text: z.string() })

const charge = command('billing.Charge', {
  input: Payment,
  output: Receipt,
  errors: { Refused: z.object({ payer: z.string() }) },
  run: ({ input, fail }) =>
    input.cents > 100 ? fail.Refused({ payer: input.payer }) : { number: 7, cents: input.cents },
})
const paymentOfCustomer = mapper('billing.PaymentOfCustomer', {
  from: Customer,
  to: Payment,
  run: ({ input: { first, last, cents } }) => ({ payer: `${first} ${last}`.trim(), cents }),
})
const proofOfReceipt = mapper('shop.ProofOfReceipt', {
  from: Receipt,
  to: Proof,
  run: ({ input: { number } }) => ({ text: `receipt ${number}` }),
})
const chargeCustomer = mapped('shop.ChargeCustomer', charge, { from: Customer, to: Proof })
const buy = command('shop.Buy', {
  input: Customer,
  output: z.string(),
  calls: [chargeCustomer],
  run: async ({ input, call }) => (await call(chargeCustomer, input)).text,
})
const ada = { first: 'Ada', last: 'Lovelace', cents: 50 }

test('a command of another domain is called with the caller’s own types, there and back', async () => {
  const running = await app('t', { parts: [buy, charge, paymentOfCustomer, proofOfReceipt] }).open()
  expect(await running.call(buy, ada)).toEqual({ ok: true, value: 'receipt 7' })
})

test('a failure names the way that it came, and a value that a mapper makes is checked', async () => {
  const ports = { log: memoryLog() }
  const running = await app('t', { parts: [buy, charge, paymentOfCustomer, proofOfReceipt] }).open({ ports })
  const refused = await running.call(buy, { ...ada, cents: 500 })
  expect(refused.ok || refused.errors[0]!.key).toBe('shop.ChargeCustomer>billing.Charge>domain:Refused')
  const nameless = await running.call(buy, { first: '', last: '', cents: 1 })
  expect(nameless).toMatchObject({ errors: [{ code: 'Internal' }] })
})

test('the manifest shows what was chosen', () => {
  const { parts } = app('t', { parts: [buy, charge, paymentOfCustomer, proofOfReceipt] }).manifest()
  expect(parts.command).toMatchObject({
    'shop.ChargeCustomer': { calls: ['billing.Charge', 'billing.PaymentOfCustomer', 'shop.ProofOfReceipt'] },
    'billing.PaymentOfCustomer': { kind: 'query', isMapper: true },
  })
})

test('an app without a mapper that fits, or with two that fit as well, does not start', () => {
  expect(() => app('t', { parts: [buy, charge, paymentOfCustomer] }).manifest()).toThrow(
    expect.objectContaining({ code: 'MissingMapper' }),
  )
  const another = mapper('shop.AnotherPayment', { from: Customer, to: Payment, run: () => ({ payer: 'x', cents: 1 }) })
  expect(() => app('t', { parts: [buy, charge, paymentOfCustomer, another, proofOfReceipt] }).manifest()).toThrow(
    'billing.PaymentOfCustomer and shop.AnotherPayment map the same types',
  )
})

test('the same type object wins over one that is described alike', async () => {
  const Twin = z.object({ first: z.string(), last: z.string(), cents: z.int() })
  const ofTwin = mapper('shop.PaymentOfTwin', { from: Twin, to: Payment, run: () => ({ payer: 'twin', cents: 1 }) })
  const parts = [buy, charge, paymentOfCustomer, proofOfReceipt, ofTwin]
  expect(app('t', { parts }).manifest().parts.command!['shop.ChargeCustomer']).toMatchObject({
    calls: expect.arrayContaining(['billing.PaymentOfCustomer']),
  })
  const alone = [buy, charge, proofOfReceipt, ofTwin]
  const running = await app('t', { parts: alone }).open()
  expect(await running.call(buy, ada)).toEqual({ ok: true, value: 'receipt 7' })
})

test('domains still depend one way', () => {
  const billing = domain('billing')
  const shop = domain('shop', { dependsOn: [] })
  const parts = [buy, charge, paymentOfCustomer, proofOfReceipt, billing, shop]
  expect(() => app('t', { parts }).manifest()).toThrow('The domain shop calls billing without depending on it')
})
