import { app, command, type OpenApp, type Part, port, provide, type Random } from 'heddle'
import { findSeed, simulate, type SimulatedCall, SimulationFailure } from 'heddle/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import carelessBank, { deposit, depositCarelessly, findAccount, setBalance } from '../examples/bank/lost-update.ts'
import bank, {
  accounts,
  anyTransfer,
  listBalances,
  openAccounts,
  openingBalance,
  sum,
  total,
  transferMoney,
} from './fixtures/bank.ts'

const patience = { timeout: 240_000 }
const empty = z.object({})

/** An app with one command whose output is a number. */
const appOf = (run: () => number | Promise<number>) => {
  const roll = command('dice.Roll', { input: empty, output: z.number(), run })
  return { dice: app('dice', { parts: [roll] }), workload: () => ({ command: roll, input: {} }) }
}

test('a correct bank survives 200 seeds of crashes, lost answers and repeated calls', patience, async () => {
  const steps = 20
  const { crashes, faults, calls } = await simulate(bank, {
    seeds: 200,
    steps,
    setup: openAccounts,
    workload: (random) => {
      const transfer = anyTransfer(random)
      return (client) => client.call(transferMoney, transfer)
    },
    async invariant(open, history) {
      const balances = await open.callOrThrow(listBalances, {})
      expect(sum(balances)).toBe(total)
      if (history.length === steps) expect(balances).toEqual(replay(history))
    },
  })
  expect(calls).toBe(200 * steps)
  expect(crashes).toBeGreaterThan(100)
  expect(faults - crashes).toBeGreaterThan(100)
})

/** What the balances must be when each call that was told to have succeeded had its effect, and had it once. */
function replay(history: readonly SimulatedCall[]) {
  const balances = Object.fromEntries(accounts.map((id) => [id, openingBalance]))
  for (const { input, outcome } of history) {
    const { from, to, cents } = input as ReturnType<typeof anyTransfer>
    if (outcome.ok) {
      balances[from]! -= cents
      balances[to]! += cents
    } else expect(outcome.errors[0]!.code).toMatch(/^(SameAccount|InsufficientFunds)$/)
  }
  return balances
}

const deposits = (careful: boolean) => ({
  steps: 20,
  setup: openAccounts,
  workload: () => (client: Parameters<typeof depositCarelessly>[0]) =>
    careful ? client.call(deposit, { account: 'a', cents: 1 }) : depositCarelessly(client, 'a', 1),
  async invariant(open: OpenApp, history: readonly SimulatedCall[]) {
    const { balance } = await open.callOrThrow(findAccount, { account: 'a' })
    const told = history.filter(({ command: name, outcome }) => outcome.ok && name !== findAccount.name).length
    expect(balance).toBeGreaterThanOrEqual(openingBalance + told)
  },
})

test('a planted lost update is found from a seed, and found again with that seed', patience, async () => {
  const found = (await findSeed(carelessBank, { ...deposits(false), seeds: 100 }))!
  expect(found).toBeInstanceOf(SimulationFailure)
  expect(found.message).toContain(`Repeat it with simulate(app, { seed: ${found.seed}, steps: 20, clients: 4, … })`)

  const again = (await findSeed(carelessBank, { ...deposits(false), seed: found.seed }))!
  expect(again.step).toBe(found.step)
  expect(again.trace).toEqual(found.trace)
})

test('the same deposits in one command lose nothing', patience, async () => {
  expect(await findSeed(carelessBank, { ...deposits(true), seeds: 50 })).toBeUndefined()
})

test('the lost update needs no fault: calls that overtake each other are enough', patience, async () => {
  const found = await findSeed(carelessBank, { ...deposits(false), seeds: 100, faults: false })
  expect(found?.message).toContain('SetBalance')
  expect(setBalance.name).toBe('bank.SetBalance')
})

test('one seed gives one trace, in virtual time', async () => {
  const options = {
    steps: 10,
    setup: openAccounts,
    workload: () => (client: Parameters<typeof depositCarelessly>[0]) => depositCarelessly(client, 'b', 1),
  }
  const [one, same, other] = [
    await simulate(carelessBank, { ...options, seed: 7 }),
    await simulate(carelessBank, { ...options, seed: 7 }),
    await simulate(carelessBank, { ...options, seed: 8 }),
  ]
  expect(same.trace).toEqual(one.trace)
  expect(other.trace).not.toEqual(one.trace)
})

test('a command that takes randomness or time from a global is found', async () => {
  for (const real of [Math.random, () => performance.now(), () => Number(process.hrtime.bigint())]) {
    const { dice, workload } = appOf(real)
    const found = await findSeed(dice, { seed: 3, steps: 5, workload })
    expect(found?.code).toBe('SimulationDiverged')
    expect(found?.message).toMatch(
      /^Two runs of the seed 3 differ at step 1\.\nfirst: .*dice\.Roll.*ok \d.*\nsecond: .*dice\.Roll.*ok \d/,
    )
  }
})

test('Date.now is found too, as soon as two runs are a millisecond apart', async () => {
  const { dice, workload } = appOf(Date.now)
  expect((await findSeed(dice, { steps: 50, workload }))?.code).toBe('SimulationDiverged')
})

test('a defect in a command is a finding', async () => {
  const { dice, workload } = appOf(() => {
    throw new RangeError('the die has no such side')
  })
  const found = await findSeed(dice, { clients: 1, workload })
  expect(found?.message).toContain(
    'At step 1 of the seed 1: dice.Roll errored: the die has no such side. Repeat it with',
  )
})

test('a call that waits for something that never comes is a finding', async () => {
  const { dice, workload } = appOf(() => new Promise(() => undefined))
  const found = await findSeed(dice, { clients: 1, workload, faults: false })
  expect(found?.message).toContain('nothing can go on, while client 0 dice.Roll (key-1) still waits')
})

test('a workload that throws, and an invariant that returns false, are findings', async () => {
  const { dice, workload } = appOf(() => 1)
  const thrown = await findSeed(dice, {
    workload: () => {
      throw new Error('no idea')
    },
  })
  expect(thrown?.message).toContain('At step 1 of the seed 1: no idea.')
  const broken = await findSeed(dice, { workload, invariant: (_open, { length }) => length < 3 })
  expect(broken?.message).toContain('the invariant does not hold')
})

test('a command may sleep for a day: the time is virtual, and faults and crashes go on around it', async () => {
  const nap = command('sloth.Nap', {
    input: empty,
    output: z.int(),
    async run({ ctx }) {
      await ctx.sleep(86_400_000)
      return ctx.clock.now()
    },
  })
  const { history } = await simulate(app('sloth', { parts: [nap] }), {
    steps: 4,
    workload: () => ({ command: nap, input: {} }),
    faults: { failBefore: 0.1, failAfter: 0.1, crash: 0.1 },
  })
  expect(history).toHaveLength(4)
  expect(history.every(({ outcome }) => outcome.ok)).toBe(true)
})

const Mailer = port<{ send(to: string): Promise<void> }>('mail.Mailer')
const invite = command('mail.Invite', {
  input: z.object({ to: z.string() }),
  output: empty,
  uses: [Mailer],
  async run({ input, ctx }) {
    await ctx.use(Mailer).send(input.to)
    return {}
  },
})
const workload = () => ({ command: invite, input: { to: 'ada' } })
const smtp = { send: () => Promise.reject(new Error('a simulation sent real mail')) }

test('a service outside the app is refused until a replacement is given, and then it fails like any port', async () => {
  const club = app('club', { parts: [invite, provide(Mailer, smtp)] })
  await expect(simulate(club, { workload })).rejects.toMatchObject({
    code: 'RealPort',
    data: { port: 'service mail.Mailer' },
  })

  const mailboxes: string[][] = []
  const mailbox = () => {
    const sent: string[] = []
    mailboxes.push(sent)
    return [provide(Mailer, { send: async (to) => void sent.push(to) })]
  }
  const { trace } = await simulate(club, {
    steps: 60,
    workload,
    provide: mailbox,
    faults: { failAfter: 0.2, failBefore: 0.2 },
    seed: 4,
  })
  expect(mailboxes).toHaveLength(2)
  expect(mailboxes[0]).toEqual(mailboxes[1])
  expect(mailboxes[0]!.length).toBeGreaterThan(60) // A lost answer is asked for again: mail has no idempotency key.
  expect(trace.map(({ text }) => text)).toContain('mail.Mailer.send failAfter')
})

test('a part that opens something and has no twin is refused', async () => {
  const socket = { kind: { name: 'gateway', compare: () => [] }, name: 'sockets', describe: () => null, open() {} }
  await expect(simulate(app('club', { parts: [socket] }), { workload })).rejects.toMatchObject({
    code: 'RealPort',
    data: { port: 'gateway sockets' },
  })
})

test('what was only in memory is gone after a crash, and an invariant sees it', patience, async () => {
  const Memory = port<Map<string, string>>('notes.Memory', { external: false })
  const memory = (): Part => ({
    ...provide(Memory, new Map()),
    simulated: memory,
  })
  const remember = command('notes.Remember', {
    input: z.object({ note: z.string() }),
    output: empty,
    uses: [Memory],
    run({ input, ctx }) {
      ctx.use(Memory).set(input.note, '')
      return {}
    },
  })
  const count = command('notes.Count', {
    input: empty,
    output: z.int(),
    uses: [Memory],
    run: ({ ctx }) => ctx.use(Memory).size,
  })
  const options = {
    seeds: 20,
    steps: 20,
    workload: (_random: Random, step: number) => ({ command: remember, input: { note: String(step) } }),
    invariant: async (open: OpenApp, { length }: readonly SimulatedCall[]) =>
      (await open.callOrThrow(count, {})) >= length,
  }
  const notes = app('notes', { parts: [remember, count, memory()] })
  expect((await findSeed(notes, { ...options, faults: { crash: 0.05 } }))?.message).toContain('crash')
  expect(await findSeed(notes, { ...options, faults: { crash: 0 } })).toBeUndefined()
})

test('two answers under one key are a finding', patience, async () => {
  let rolls = 0
  const { dice, workload: roll } = appOf(() => ++rolls)
  const forgetful: Part = {
    kind: { name: 'forgetful', compare: () => [] },
    name: 'idempotency',
    describe: () => null,
    simulated: () => forgetful,
    open: () => ({ idempotency: { claim: async () => ({ claim: { record() {}, release() {} } }) } }),
  }
  const faults = { duplicate: 0.5, crash: 0, failBefore: 0, failAfter: 0 }
  const options = { steps: 30, workload: roll, faults, setup: () => void (rolls = 0), seeds: 10 }
  const found = await findSeed(app('dice', { parts: [...dice.definition.parts, forgetful] }), options)
  expect(found?.message).toMatch(/two calls with key-\d+ had two answers, ok \d+ and ok \d+/)
  expect(await findSeed(dice, options)).toBeUndefined()
})

test(
  'ten clients on three accounts get on although the app dies often while they wait for locks',
  patience,
  async () => {
    const hot = accounts.slice(0, 3)
    const { crashes } = await simulate(bank, {
      seeds: 10,
      steps: 60,
      clients: 10,
      faults: { crash: 0.02, failBefore: 0.05, failAfter: 0.05, duplicate: 0.3 },
      setup: openAccounts,
      workload: (_random, step) => ({
        command: transferMoney,
        input: { from: hot[step % 3], to: hot[(step + 1) % 3], cents: 1 },
      }),
      invariant: async (open) => sum(await open.callOrThrow(listBalances, {})) === total,
    })
    expect(crashes).toBeGreaterThan(30)
  },
)
