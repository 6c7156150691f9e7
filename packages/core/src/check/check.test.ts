import { expect, test } from 'vitest'
import { z } from 'zod'
import { command } from '../command/command.ts'
import { stream } from '../command/stream-output.ts'
import type { AnyCommand, CommandFacts } from '../command/types.ts'
import { error } from '../error/declared.ts'
import { buildManifest } from '../manifest/build.ts'
import { describeCommand } from '../manifest/describe-command.ts'
import { exposed, sensitive } from '../schema/annotate/index.ts'
import { fromCaller } from '../schema/from-caller.ts'
import { ref } from '../schema/ref.ts'
import { checkManifests, summarize } from './check.ts'
import { commandKind } from './compare-command.ts'

const manifestOf = (...commands: AnyCommand[]) =>
  buildManifest(
    'bank',
    commands.map((one) => ({ kind: commandKind, name: one.name, describe: () => describeCommand(one) })),
  )

const verdictsOf = (before: AnyCommand[], after: AnyCommand[]) =>
  checkManifests(manifestOf(...before), manifestOf(...after), [commandKind])

const base = {
  input: z.object({ cents: z.int(), note: z.string().optional() }),
  output: z.object({ balance: z.int(), state: z.enum(['open', 'closed']) }),
  errors: { InsufficientFunds: z.object({ missing: z.int() }) },
  access: 'bank:pay',
  run: () => ({ balance: 0, state: 'open' }),
}

/** The command with some facts replaced; what is wrong with its types does not matter here. */
const pay = (changes: object = {}): AnyCommand => command('bank.Pay', { ...base, ...changes } as never)

const notify = (errors: CommandFacts['errors'], name = 'bank.Notify') =>
  command(name, { input: z.object({ to: z.email() }), output: z.void(), errors, run: () => undefined } as never)

const account = { kind: 'entity', name: 'bank.Account', keyType: z.int(), load: () => [] } as const

/** before → after: level and change. */
test.each<[string, object, object, string[]]>([
  ['nothing', {}, {}, []],
  ['summary', {}, { summary: 'Pay' }, ['safe summary: described otherwise']],

  [
    'narrowed input',
    {},
    { input: z.object({ cents: z.int().min(1), note: z.string().optional() }) },
    ['breaking input/cents: minimum -9007199254740991 → 1'],
  ],
  [
    'widened input',
    {},
    { input: z.object({ cents: z.number(), note: z.string().optional() }) },
    ['safe input/cents: type integer → number'],
  ],
  [
    'an answer that keeps a field to itself',
    {},
    { output: base.output.extend({ balance: sensitive(z.int()) }) },
    ['breaking output/balance: field required → unknown'],
  ],
  [
    'an answer that exposes what is sensitive',
    {},
    { output: base.output.extend({ balance: exposed(sensitive(z.int())) }) },
    ['safe output: described otherwise'],
  ],
  [
    'a field that is filled in from the caller',
    {},
    { input: base.input.extend({ note: fromCaller(z.string(), ({ principal }) => principal?.id) }) },
    ['breaking input/note: field optional → unknown'],
  ],
  [
    'new required field',
    {},
    { input: base.input.extend({ to: z.string() }) },
    ['breaking input/to: field unknown → required'],
  ],
  [
    'new optional field',
    {},
    { input: base.input.extend({ to: z.string().optional() }) },
    ['safe input/to: field unknown → optional'],
  ],
  [
    'field that became required',
    {},
    { input: z.object({ cents: z.int(), note: z.string() }) },
    ['breaking input/note: field optional → required'],
  ],
  ['removed field', {}, { input: z.object({ cents: z.int() }) }, ['breaking input/note: field optional → unknown']],
  [
    'reference in place of a key',
    {},
    { input: base.input.extend({ cents: ref(account as never) }) },
    ['breaking input/cents: x-entity none → "bank.Account"'],
  ],
  [
    'check that only code knows',
    {},
    { input: base.input.extend({ cents: z.int().refine(() => true) }) },
    ['breaking error data/cents:Invalid: added'],
  ],
  [
    'new pattern',
    {},
    { input: base.input.extend({ note: z.string().regex(/^a/).optional() }) },
    ['breaking input/note: pattern none → ^a'],
  ],

  [
    'widened output',
    {},
    { output: base.output.extend({ state: z.enum(['open', 'closed', 'frozen']) }) },
    ['breaking output/state: value none → "frozen"'],
  ],
  [
    'narrowed output',
    {},
    { output: base.output.extend({ state: z.enum(['open']) }) },
    ['safe output/state: value "closed" → none'],
  ],
  [
    'new field of the output',
    {},
    { output: base.output.extend({ at: z.date() }) },
    ['safe output/at: field unknown → required'],
  ],
  [
    'removed field of the output',
    {},
    { output: base.output.omit({ balance: true }) },
    ['breaking output/balance: field required → unknown'],
  ],
  [
    'field of the output that may be missing',
    {},
    { output: base.output.partial({ balance: true }) },
    ['breaking output/balance: field required → optional'],
  ],
  [
    'another type of the output',
    {},
    { output: base.output.extend({ balance: z.bigint() }) },
    ['breaking output/balance: type integer → string'],
  ],
  ['value → stream', {}, { output: stream(z.int(), base.output) }, ['breaking output: value → stream']],
  ['stream → value', { output: stream(z.int(), base.output) }, {}, ['breaking output: stream → value']],
  [
    'other items',
    { output: stream(z.int(), z.void()) },
    { output: stream(z.string(), z.void()) },
    ['breaking items: type integer → string'],
  ],

  ['new error', {}, { errors: { ...base.errors, Closed: z.object({}) } }, ['breaking error domain:Closed: added']],
  ['removed error', {}, { errors: {} }, ['safe error domain:InsufficientFunds: removed']],
  [
    'other data of an error',
    {},
    { errors: { InsufficientFunds: z.object({ missing: z.string() }) } },
    ['breaking error InsufficientFunds/missing: type integer → string'],
  ],
  [
    'changed key of an error',
    {},
    { errors: { InsufficientFunds: error(base.errors.InsufficientFunds, { category: 'external' }) } },
    ['breaking error key: domain:InsufficientFunds → external:InsufficientFunds'],
  ],
  [
    'other retry',
    {},
    { errors: { InsufficientFunds: error(base.errors.InsufficientFunds, { retry: 'later' }) } },
    ['safe error InsufficientFunds: retry "never" → "later"'],
  ],
  [
    'new subcommand with an error',
    {},
    { calls: [notify({ NoMail: z.object({}) })] },
    ['breaking error bank.Notify>domain:NoMail: added'],
  ],
  ['new subcommand without errors', {}, { calls: [notify({})] }, ['safe calls, possibleErrors: described otherwise']],
  [
    'subcommand without its error',
    { calls: [notify({ NoMail: z.object({}) })] },
    { calls: [notify({})] },
    ['safe error bank.Notify>domain:NoMail: removed'],
  ],
  [
    'subcommand of another name',
    { calls: [notify({ NoMail: z.object({}) })] },
    { calls: [notify({ NoMail: z.object({}) }, 'mail.Send')] },
    ['breaking error key: bank.Notify>domain:NoMail → mail.Send>domain:NoMail'],
  ],

  ['public → permission', { access: 'public' }, {}, ['breaking access: public → bank:pay']],
  ['permission → public', {}, { access: 'public' }, ['safe access: bank:pay → public']],
  ['permission → another', {}, { access: 'bank:admin' }, ['breaking access: bank:pay → bank:admin']],
  ['permission → rule', {}, { access: () => true }, ['breaking access: bank:pay → rule']],
  ['permission → closed', {}, { access: undefined }, ['breaking access: bank:pay → closed']],
  ['closed → permission', { access: undefined }, {}, ['safe access: closed → bank:pay']],

  ['query → command', { kind: 'query' }, { idempotent: true }, ['breaking kind: query → command']],
  ['command → query', { idempotent: true }, { kind: 'query' }, ['breaking kind: command → query']],
  ['no longer idempotent', { idempotent: true }, {}, ['breaking idempotent: true → false']],
  ['idempotent now', {}, { idempotent: true }, ['safe idempotent: false → true']],
  ['destructive now', {}, { destructive: true }, ['breaking destructive: false → true']],
  ['no longer destructive', { destructive: true }, {}, ['safe destructive: true → false']],
])('%s', async (_, before, after, expected) => {
  const verdicts = await verdictsOf([pay(before)], [pay(after)])
  expect(verdicts.map(({ level, change }) => `${level} ${change}`)).toEqual(expected)
  for (const { item, reason } of verdicts) {
    expect(item).toBe('command bank.Pay')
    expect(reason).toMatch(/^[A-Z].*\.$/)
  }
})

test('several changes of one command are told one by one', async () => {
  const input = z.object({ cents: z.int().min(1), note: z.string().nullable().optional(), to: z.string() })
  const verdicts = await verdictsOf([pay()], [pay({ input, access: 'public' })])
  expect(verdicts.map(({ level, change }) => `${level} ${change}`)).toEqual([
    'safe access: bank:pay → public',
    'breaking input/cents: minimum -9007199254740991 → 1',
    'breaking input/to: field unknown → required',
    'safe input/note: type string → string or null',
  ])
})

test('a removed command is breaking, a new one is safe', async () => {
  const before = [pay(), notify({})]
  expect(await verdictsOf(before, [pay()])).toMatchObject([
    { level: 'breaking', item: 'command bank.Notify', change: 'removed' },
  ])
  expect(await verdictsOf([pay()], before)).toMatchObject([
    { level: 'safe', item: 'command bank.Notify', change: 'added' },
  ])
})

test('parts of a kind that the app no longer has are removed parts', async () => {
  const job = { kind: { name: 'job', compare: () => [] }, name: 'nightly', describe: () => ({}) }
  const before = buildManifest('bank', [job])
  const verdicts = await checkManifests(before, manifestOf(pay()), [commandKind])
  expect(verdicts.map(({ level, item, change }) => [level, item, change])).toEqual([
    ['safe', 'command bank.Pay', 'added'],
    ['breaking', 'job nightly', 'removed'],
  ])
})

test('each kind compares its own sections, and may take its time', async () => {
  const kind = {
    name: 'job',
    compare: ({ before, after }: { before: object; after: object }) =>
      Promise.resolve([
        {
          level: 'migration',
          item: 'job nightly',
          change: JSON.stringify([before, after]),
          reason: 'r',
          migration: 'm',
        },
      ] as const),
  }
  const part = (cron: string) => ({ kind, name: 'nightly', describe: () => ({ cron, hash: cron }) })
  const verdicts = await checkManifests(buildManifest('a', [part('x')]), buildManifest('a', [part('y')]), [kind])
  expect(verdicts).toMatchObject([
    { level: 'migration', change: '[{"nightly":{"cron":"x","hash":"x"}},{"nightly":{"cron":"y","hash":"y"}}]' },
  ])
})

test('the worst verdict decides the exit code', () => {
  const verdict = (level: 'safe' | 'migration' | 'breaking') => ({ level, item: '', change: '', reason: '' })
  expect(summarize([])).toEqual({ level: 'safe', exitCode: 0 })
  expect(summarize([verdict('safe')])).toEqual({ level: 'safe', exitCode: 0 })
  expect(summarize([verdict('migration'), verdict('safe')])).toEqual({ level: 'migration', exitCode: 1 })
  expect(summarize([verdict('migration'), verdict('breaking')])).toEqual({ level: 'breaking', exitCode: 2 })
})
