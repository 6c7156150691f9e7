import { app, command, port, provide } from 'heddle'
import { failEachPortCall, type SimulationFailure } from 'heddle/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import carelessBank, { deposit, findAccount, setBalance } from '../examples/bank/lost-update.ts'
import bank, { listBalances, openAccounts, openingBalance, sum, total, transferMoney } from './fixtures/bank.ts'

const patience = { timeout: 60_000 }
const transfer = { from: 'a', to: 'b', cents: 300 }
const untouched = { a: openingBalance, b: openingBalance }
const moved = { a: openingBalance - 300, b: openingBalance + 300 }

for (const idempotencyKey of [undefined, 'one']) {
  const way = idempotencyKey ? 'with a key' : 'without a key'

  test(
    `a transfer ${way} is whole or not at all, whichever port call fails or is the last before a crash`,
    patience,
    async () => {
      const seen = new Set<string>()
      const ports = await failEachPortCall(bank, {
        setup: openAccounts,
        scenario: (client) => client.call(transferMoney, transfer, { retry: false, idempotencyKey }),
        async check(open, _given, { value, port: hit, fault }) {
          const balances = await open.callOrThrow(listBalances, {})
          expect(sum(balances)).toBe(total)
          const { a, b } = balances
          const isMoved = a !== openingBalance
          expect({ a, b }).toEqual(isMoved ? moved : untouched)
          // Who is told of success has it; who is not told may have it: only where the answer of the commit was lost.
          if ((value as { ok: boolean }).ok) expect(isMoved).toBe(true)
          else if (isMoved) seen.add(`${hit} ${fault}`)
        },
      })
      expect(ports).toContain('database.commit')
      expect([...seen].toSorted()).toEqual(['database.commit crashAfter', 'database.commit failAfter'])
    },
  )
}

test('with its key, a transfer that is asked for again happens once, whichever port call fails', patience, async () => {
  await failEachPortCall(bank, {
    setup: openAccounts,
    scenario: (client) => client.call(transferMoney, transfer),
    async check(open, _given, { value }) {
      expect(value).toEqual({ ok: true, value: { balance: openingBalance - 300 } })
      expect(await open.callOrThrow(listBalances, {})).toMatchObject(moved)
    },
  })
})

test('a transfer made of two calls is caught half done', patience, async () => {
  const failing = failEachPortCall(carelessBank, {
    setup: openAccounts,
    async scenario(client) {
      const { ok } = await client.call(setBalance, { account: 'a', balance: openingBalance - 300 }, { retry: false })
      if (ok) await client.call(deposit, { account: 'b', cents: 300 }, { retry: false })
    },
    async check(open) {
      const [a, b] = [
        await open.callOrThrow(findAccount, { account: 'a' }),
        await open.callOrThrow(findAccount, { account: 'b' }),
      ]
      expect(a.balance + b.balance).toBe(2 * openingBalance)
    },
  })
  const found = (await failing.catch((thrown: unknown) => thrown)) as SimulationFailure
  expect(found.code).toBe('SimulationFailed')
  expect(found.message).toMatch(/^At port call \d+, database\.\w+, \w+: expected 1700 to be 2000/)
})

const Mailer = port<{ send(to: string): Promise<void> }>('mail.Mailer')
const Counter = port<{ next(): number }>('count.Counter', { external: false })
const invite = command('mail.Invite', {
  input: z.object({}),
  output: z.int(),
  uses: [Mailer, Counter],
  async run({ ctx }) {
    const number = ctx.use(Counter).next()
    await ctx.use(Mailer).send('ada')
    return number
  },
})

test('services fail before and after their effect too, those that answer at once by throwing', async () => {
  let sent = 0
  const outcomes: unknown[] = []
  const club = app('club', {
    parts: [invite, provide(Mailer, { send: async () => void sent++ }), provide(Counter, { next: () => 1 })],
  })
  const ports = await failEachPortCall(club, {
    provide: () => {
      sent = 0
      return [provide(Mailer, { send: async () => void sent++ })]
    },
    scenario: (client) => client.call(invite, {}, { retry: false, idempotencyKey: undefined }),
    check: (_open, _given, { port: hit, fault, value }) =>
      outcomes.push([hit, fault, (value as { ok: boolean }).ok, sent]),
  })
  expect(ports).toEqual(['count.Counter.next', 'mail.Mailer.send'])
  expect(outcomes).toEqual([
    [undefined, undefined, true, 1],
    ['count.Counter.next', 'failBefore', false, 0],
    ['count.Counter.next', 'failAfter', false, 0],
    ['count.Counter.next', 'crashBefore', false, 0],
    ['count.Counter.next', 'crashAfter', false, 0],
    ['mail.Mailer.send', 'failBefore', false, 0],
    ['mail.Mailer.send', 'failAfter', false, 1],
    ['mail.Mailer.send', 'crashBefore', false, 0],
    ['mail.Mailer.send', 'crashAfter', false, 1],
  ])
})
