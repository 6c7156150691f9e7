import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import {
  accessCommands,
  aggregate,
  apiKeys,
  type App,
  app,
  command,
  entity,
  expose,
  firstOf,
  fromCaller,
  fromCookie,
  http,
  recordKey,
  listOf,
  operations,
  recordOf,
  ref,
  repository,
  sensitive,
  sqlite,
} from 'heddle'
import { z } from 'zod'

const Person = entity('bank.Person', {
  key: 'name',
  fields: { name: z.string(), salt: z.string(), secret: sensitive(z.string()) },
})
const Account = entity('bank.Account', {
  key: 'id',
  fields: { id: z.string(), owner: ref(Person), cents: z.int().min(0) },
})
const People = repository(Person)
const Accounts = repository(Account)

/** What moves money. It states no access, so nobody outside reaches it. */
export const moveMoney = command('bank.MoveMoney', {
  input: z.object({ from: ref(Account), to: ref(Account), cents: z.int().positive() }),
  output: z.object({ cents: z.int(), by: z.string() }),
  errors: { InsufficientFunds: z.object({ missing: z.int() }) },
  examples: [{ from: 'a1', to: 'b1', cents: 250 }],
  uses: [Accounts],
  run({ input: { from, to, cents }, fail, ctx }) {
    if (cents > from.cents) return fail.InsufficientFunds({ missing: cents - from.cents })
    const accounts = ctx.use(Accounts)
    accounts.update(to, { cents: to.cents + cents })
    return { cents: accounts.update(from, { cents: from.cents - cents }).cents, by: from.owner }
  },
})

/** The same for owners. The rule says why it refuses. */
export const transferMoneyV2 = expose(moveMoney, {
  as: 'bank.TransferMoneyV2',
  version: 2,
  access: ({ principal }, { from }: { from: { owner: string } }) => ({
    allowed: principal?.id === from.owner,
    because: 'only its owner moves the money of an account',
  }),
})

/** What callers knew before: euros, and another name of the error. */
export const transferMoney = expose(moveMoney, {
  as: 'bank.TransferMoney',
  version: 1,
  deprecated: { since: '2026-11-01', sunset: '2027-05-01', use: 'bank.TransferMoneyV2' },
  access: 'bank:transfer',
  input: {
    type: z.object({ accounts: z.object({ from: z.string(), to: z.string() }), euros: z.number() }),
    map: ({ accounts, euros }) => ({ ...accounts, cents: Math.round(euros * 100) }),
    places: { cents: 'euros', from: 'accounts/from', to: 'accounts/to' },
  },
  result: { type: z.object({ euros: z.number() }), map: ({ cents }) => ({ euros: cents / 100 }) },
  errors: {
    InsufficientFunds: {
      as: 'NotEnough',
      type: z.object({ euros: z.number() }),
      map: ({ missing }) => ({ euros: missing / 100 }),
    },
  },
})

/** The accounts of whoever asks; strangers get none. */
export const findAccounts = command('bank.FindAccounts', {
  kind: 'query',
  input: z.object({ owner: fromCaller(z.string().optional(), ({ principal }) => principal?.id) }),
  output: z.array(recordOf(Account)),
  access: 'public',
  uses: [Accounts],
  run: async ({ input: { owner }, ctx }) =>
    owner === undefined ? [] : [...(await ctx.use(Accounts).find({ where: { owner } })).records],
})
export const findAccountIds = expose(findAccounts, {
  as: 'bank.FindAccountIds',
  access: 'public',
  result: listOf(recordKey(Accounts)),
})
export const findWholeAccounts = expose(findAccounts, {
  as: 'bank.FindWholeAccounts',
  access: 'public',
  result: listOf(aggregate(Accounts, { depth: 2 })),
})

const session = '__Host-session'
const { createKey, putPrincipal, revokeKey } = accessCommands
const hashed = promisify<string, string, number, Buffer>(scrypt)
const hashOf = async (password: string, salt: string) => (await hashed(password, salt, 32)).toString('hex')
const isSame = (one: string, other: string) => timingSafeEqual(Buffer.from(one), Buffer.from(other))

export const register = command('bank.Register', {
  input: z.object({ name: z.string(), password: sensitive(z.string().min(12)), account: z.string(), cents: z.int() }),
  output: z.void(),
  access: 'heddle:operate',
  uses: [People, Accounts],
  calls: [putPrincipal],
  async run({ input: { name, password, account, cents }, call, ctx }) {
    const salt = ctx.newId()
    ctx.use(People).insert({ name, salt, secret: await hashOf(password, salt) })
    ctx.use(Accounts).insert({ id: account, owner: name, cents })
    await call(putPrincipal, { id: name })
  },
})

/** Strangers give a name and a password and get a key, which is valid for half a day. */
const openSession = command('bank.OpenSession', {
  input: z.object({ name: z.string(), password: sensitive(z.string()) }),
  output: z.object({ name: z.string(), key: sensitive(z.string()) }),
  errors: { WrongPassword: z.object({}) },
  uses: [People],
  calls: [createKey],
  async run({ input: { name, password }, fail, call, ctx }) {
    const person = await ctx.use(People).get(name)
    // It takes as long for a name that nobody has, so that nobody learns which there are.
    const secret = await hashOf(password, person?.salt ?? 'nobody')
    if (!person || !isSame(person.secret, secret)) return fail.WrongPassword({})
    const { key } = await call(createKey, { principal: name, name: session, expires: '12h' })
    return { name, key }
  },
})

/** The key goes into a cookie. It is sensitive, so it is in no body. */
export const signIn = expose(openSession, {
  as: 'bank.SignIn',
  access: 'public',
  respond: (outcome) =>
    outcome.ok ? { cookies: [{ name: session, value: outcome.value.key, maxAgeSeconds: 12 * 3600 }] } : undefined,
})

const closeSession = command('bank.CloseSession', {
  input: z.object({ key: fromCaller(z.string(), ({ principal }) => principal?.key) }),
  output: z.void(),
  calls: [revokeKey],
  run: async ({ input: { key }, call }) => void (await call(revokeKey, { id: key })),
})
export const signOut = expose(closeSession, {
  as: 'bank.SignOut',
  access: 'public',
  respond: () => ({ cookies: [{ name: session }] }),
})

const bank: App = app('bank', {
  database: sqlite(),
  parts: [
    register,
    transferMoney,
    transferMoneyV2,
    findAccounts,
    findAccountIds,
    findWholeAccounts,
    signIn,
    signOut,
    ...operations(() => bank),
    http({ port: 0, authenticate: firstOf(apiKeys(), fromCookie(session, apiKeys())) }),
  ],
})

export default bank
