import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  after,
  app,
  type AnyCommand,
  command,
  error,
  jsonLog,
  masked,
  memoryLog,
  pii,
  ref,
  sensitive,
} from '../index.ts'

const secret = 'correct horse battery'
const email = 'ann@example.com'
const login = z.object({ email: pii(z.string()), password: sensitive(z.string()), realm: z.string().default('main') })
const input = { email, password: secret, realm: 'main' }

/** What anybody can see of a call: the outcome as it leaves the process, and the log. */
async function seen(made: AnyCommand, given: unknown = input, parts: AnyCommand[] = []): Promise<string> {
  const lines: string[] = []
  const log = jsonLog('debug', (line) => void lines.push(line))
  const opened = await app('masked', { parts: [made, ...parts] }).open({ ports: { log } })
  const outcome = await opened.callByName(made.name, given)
  await opened.close()
  return JSON.stringify({ outcome, lines })
}

function expectHidden(told: string): void {
  expect(told).not.toContain(secret)
  expect(told).not.toContain(email)
}

test('a refused value is not told, whatever its author writes into the message', async () => {
  const quoting = { error: (issue: { input?: unknown }) => `I dislike ${JSON.stringify(issue.input)}` }
  const type = z
    .object({
      email: pii(z.string().refine((text) => !text.includes('@'), quoting)),
      password: sensitive(z.string(quoting).max(5, quoting)),
      keys: z.record(sensitive(z.string()), z.int(quoting)),
      note: z.string().refine(() => false, { error: 'the note is refused' }),
    })
    .superRefine((value, context) => context.addIssue(`${value.email} has the password ${value.password}`))
  const refused = command('masked.Refuse', { input: type, output: z.null(), run: () => null })
  const opened = await app('masked', { parts: [refused] }).open({ ports: { log: memoryLog() } })
  const given = { email, password: secret, keys: { [secret]: 'x' }, note: '' }

  const outcome = await opened.call(refused, given as never)
  if (outcome.ok) return expect.unreachable()
  const told = outcome.errors.map(({ path, code, message, data }) => [path.join('/'), code, message, data])
  expect(told).toEqual([
    ['email', 'Invalid', 'The value is not valid.', {}],
    [
      'password',
      'TooBig',
      'Too big: expected string to have <=5 characters',
      { origin: 'string', maximum: 5, inclusive: true },
    ],
    [`keys/${masked}`, 'InvalidType', 'Invalid input: expected number', { expected: 'number' }],
    ['note', 'Invalid', 'the note is refused', {}],
  ])
  expectHidden(JSON.stringify(outcome))

  const whole = await seen(refused, { email: 'ann', password: 'horse', keys: {}, note: 'x' })
  expect(whole).not.toMatch(/\bann\b|horse/)
})

test('a message about the whole value keeps its words and loses the marked ones', async () => {
  const type = login.superRefine((value, context) => context.addIssue(`${value.email} uses ${value.password}`))
  const told = await seen(command('masked.Refuse', { input: type, output: z.null(), run: () => null }))
  expect(told).toContain(`"message":"${masked} uses ${masked}"`)
})

test('an exception that quotes its input is logged without it, also from a subcommand', async () => {
  const inner = command('masked.Inner', {
    input: z.object({ token: sensitive(z.string()) }),
    output: z.null(),
    run({ input: { token } }) {
      throw new Error(`no service takes ${token} of ${email}`)
    },
  })
  const outer = command('masked.Outer', {
    input: login,
    output: z.null(),
    calls: [inner],
    run: ({ call, input: { password } }) => call(inner, { token: `made from ${password.toUpperCase()}` }),
  })
  const told = await seen(outer, input, [inner])
  expect(told).toContain(`no service takes ${masked} of ${masked}`)
  expectHidden(told)
  expect(told).not.toContain(secret.toUpperCase())
})

test('log lines of a body and what its hooks throw are searched for the marked input', async () => {
  const talkative = command('masked.Talk', {
    input: login,
    output: z.null(),
    hooks: [
      after('succeeded', ({ input: given }) => {
        throw new Error(`late trouble with ${JSON.stringify(given)}`)
      }),
    ],
    run({ ctx, input: given }) {
      ctx.log('info', `${given.email} signs in`, { given, realm: given.realm })
      return null
    },
  })
  const told = await seen(talkative)
  expect(told).toContain(`${masked} signs in`)
  expect(told).toContain('late trouble')
  expect(told).toContain('main')
  expectHidden(told)
})

test('marked data of a declared failure stays with the code that reads it and leaves the process masked', async () => {
  const refuse = command('masked.Refuse', {
    input: z.object({ custom: z.boolean() }),
    output: z.null(),
    errors: { Taken: error(z.object({ email: pii(z.string()), since: z.int() }), { message: '{email} is taken.' }) },
    run: ({ input: { custom }, fail }) =>
      fail.Taken({ email, since: 2020 }, custom ? { message: `${email} was taken in 2020` } : {}),
  })
  const opened = await app('masked', { parts: [refuse] }).open({ ports: { log: memoryLog() } })
  const outcome = await opened.call(refuse, { custom: false })
  if (outcome.ok || outcome.errors[0]!.code !== 'Taken') return expect.unreachable()
  expect(outcome.errors[0]!.data).toEqual({ email, since: 2020 })
  expect(outcome.errors[0]!.message).toBe(`${masked} is taken.`)
  expect(outcome.errors[0]!.toJSON().data).toEqual({ email: masked, since: 2020 })
  expect(await seen(refuse, { custom: true })).toContain(`${masked} was taken in 2020`)
})

test('a kept failure is the same when it is asked for again', async () => {
  const refuse = command('masked.Refuse', {
    input: z.object({}),
    output: z.null(),
    access: 'public',
    errors: { Taken: z.object({ email: pii(z.string()) }) },
    run: ({ fail }) => fail.Taken({ email }),
  })
  const opened = await app('masked', { parts: [refuse] }).open({ ports: { log: memoryLog() } })
  for (let nth = 0; nth < 2; nth++) {
    const outcome = await opened.call(refuse, {}, { idempotencyKey: 'once' })
    expect(outcome.ok ? undefined : outcome.errors[0]!.data).toEqual({ email })
  }
})

test('a wrong output and wrong data of a failure are named without their values', async () => {
  const wrong = command('masked.Wrong', {
    input: z.object({ what: z.enum(['output', 'data']) }),
    output: z.object({ token: sensitive(z.string().refine(() => false, { error: ({ input }) => `not ${input}` })) }),
    errors: { Bad: z.object({ token: sensitive(z.int({ error: ({ input }) => `not ${input}` })) }) },
    run: ({ input: { what }, fail }) => (what === 'output' ? { token: secret } : fail.Bad({ token: secret as never })),
  })
  const output = await seen(wrong, { what: 'output' })
  expect(output).toContain('The value is not valid. (at token)')
  expectHidden(output)
  const data = await seen(wrong, { what: 'data' })
  expect(data).toContain('Invalid input: expected number (at token)')
  expectHidden(data)
})

test('the key of a missing record is not told where it is marked', async () => {
  const Person = {
    name: 'masked.Person',
    keyType: pii(z.string()),
    load: (_: unknown, keys: readonly unknown[]) => keys.map(() => undefined),
  }
  const find = command('masked.Find', { input: z.object({ who: ref(Person) }), output: z.null(), run: () => null })
  const told = await seen(find, { who: email })
  expect(told).toContain('"code":"NotFound"')
  expectHidden(told)
})

test('examples and defaults of a manifest show no marked value', () => {
  const made = command('masked.Shown', {
    input: login.extend({ password: sensitive(z.string()).default(secret) }),
    output: login,
    examples: [{ email, password: secret }],
    run: ({ input: given }) => given,
  })
  const manifest = JSON.stringify(app('masked', { parts: [made] }).manifest())
  expectHidden(manifest)
  expect(manifest).toContain('"x-sensitive":true')
  expect(manifest).toContain(`"examples":[{"email":"${masked}","password":"${masked}"}]`)
})

test('a configuration that is refused is named without its value', async () => {
  const config = z.object({
    apiKey: sensitive(z.string().refine(() => false, { error: ({ input }) => `bad ${input}` })),
  })
  const opening = app('masked', { parts: [], config }).open({ environment: { API_KEY: secret } })
  await expect(opening).rejects.toThrow('apiKey (MASKED_API_KEY or API_KEY): The value is not valid.')
})
