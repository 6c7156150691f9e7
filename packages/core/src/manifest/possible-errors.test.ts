import { expect, test } from 'vitest'
import { z } from 'zod'
import { timeout } from '../policy/timeout.ts'
import { command } from '../command/command.ts'
import { contract } from '../command/contract.ts'
import { stream } from '../command/stream-output.ts'
import type { AnyCommand } from '../command/types.ts'
import { error } from '../error/declared.ts'
import { Defect } from '../error/defect.ts'
import { parseErrorKey } from '../error/key.ts'
import { buildManifest } from './build.ts'
import { describeCommand } from './describe-command.ts'
import { possibleErrorLimit, possibleErrors } from './possible-errors.ts'

const notify = command('bank.NotifyOwner', {
  input: z.object({ items: z.array(z.object({ email: z.email() })) }),
  output: z.void(),
  errors: { MailRefused: error(z.object({}), { category: 'external', retry: 'later' }) },
  run: () => {},
})

const pay = command('bank.Pay', {
  summary: 'Pay',
  input: z.object({ cents: z.int().positive() }),
  output: z.object({ left: z.bigint() }),
  errors: { InsufficientFunds: z.object({ missing: z.int() }) },
  calls: [notify],
  policies: [timeout('2s')],
  access: 'bank:pay',
  examples: [{ cents: 5 }],
  run: () => ({ left: 0n }),
})

test('the errors of a command are those of its type, its own, and those of the commands that it calls', () => {
  const { keys, complete } = possibleErrors(pay)
  expect(complete).toBe(true)
  expect(keys).toEqual([
    'auth:Denied',
    'auth:Unauthenticated',
    'bank.NotifyOwner>data/items/#/email:InvalidString',
    'bank.NotifyOwner>data/items/#/email:InvalidType',
    'bank.NotifyOwner>data/items/#:InvalidType',
    'bank.NotifyOwner>data/items/#:UnrecognizedKeys',
    'bank.NotifyOwner>data/items:InvalidType',
    'bank.NotifyOwner>data:InvalidType',
    'bank.NotifyOwner>data:UnrecognizedKeys',
    'bank.NotifyOwner>external:MailRefused',
    'bank.NotifyOwner>runtime:Cancelled',
    'bank.NotifyOwner>runtime:DeadlineExceeded',
    'data/cents:InvalidType',
    'data/cents:TooBig',
    'data/cents:TooSmall',
    'data:InvalidType',
    'data:UnrecognizedKeys',
    'domain:InsufficientFunds',
    'runtime:Cancelled',
    'runtime:Conflict',
    'runtime:DeadlineExceeded',
    'runtime:InProgress',
    'runtime:KeyReused',
    'runtime:ShuttingDown',
    'system:DatabaseReadOnly',
    'system:DiskFull',
    'system:Internal',
    'system:Unavailable',
  ])
  for (const key of keys) expect(parseErrorKey(key)).toBeDefined()
})

test('access that is open to all cannot be denied', () => {
  const open = command('bank.Look', { input: z.object({}), output: z.void(), access: 'public', run: () => {} })
  expect(possibleErrors(open).keys.filter((key) => key.startsWith('auth'))).toEqual([])
})

test('names of commands are joined from the outermost on', () => {
  const shop = command('shop.Order', { input: z.object({}), output: z.void(), calls: [pay], run: () => {} })
  expect(possibleErrors(shop).keys).toContain('bank.Pay>bank.NotifyOwner>external:MailRefused')
})

test('a recursion ends at the contract that it goes through', () => {
  const Odd = contract('math.IsOdd', { input: z.int(), output: z.boolean(), errors: { Tired: z.object({}) } })
  const isEven = command('math.IsEven', { input: z.int(), output: z.boolean(), calls: [Odd], run: () => true })
  const isOdd = Odd.implement({ calls: [isEven], run: () => false })
  expect(possibleErrors(isOdd).keys).toContain('math.IsEven>math.IsOdd>domain:Tired')
  expect(possibleErrors(isOdd).keys.filter((key) => key.includes('IsOdd>math.IsEven'))).toEqual([])
})

test('a contract says that more may come from below it, and may store; its implementation is known whole', () => {
  const Notify = contract('bank.Tell', { input: z.int(), output: z.void(), errors: { Busy: z.object({}) } })
  const caller = command('bank.Call', { input: z.int(), output: z.void(), calls: [Notify], run: () => {} })
  expect(possibleErrors(caller)).toMatchObject({ complete: false })
  expect(possibleErrors(caller).keys).toContain('bank.Tell>domain:Busy')
  expect(possibleErrors(caller).keys).toContain('bank.Tell>runtime:NotUnique')
  expect(describeCommand(caller).morePossibleErrors).toBe(true)
  const implementation = Notify.implement({ calls: [notify], run: () => {} })
  expect(possibleErrors(implementation)).toMatchObject({ complete: true })
  expect(possibleErrors(implementation).keys).toContain('bank.NotifyOwner>external:MailRefused')
})

test('the errors of a command that is loaded late are known before it is: its own and those of what it states', () => {
  const Render = contract('video.Render', {
    input: z.object({ frames: z.int() }),
    output: stream(z.int(), z.void()),
    errors: { Corrupt: z.object({}) },
    access: 'public',
  })
  const load = () => Promise.reject(new Error('loaded too early'))
  const lazy = Render.lazy(load, { calls: [notify] })
  const eager = Render.implement({
    calls: [notify],
    async *run() {
      yield 1
    },
  })
  expect(possibleErrors(lazy)).toEqual(possibleErrors(eager))
  expect(possibleErrors(lazy)).toMatchObject({ complete: true })
  for (const key of ['domain:Corrupt', 'data/frames:InvalidType', 'bank.NotifyOwner>external:MailRefused']) {
    expect(possibleErrors(lazy).keys).toContain(key)
  }
})

test('a streamed output changes nothing about how a command can end', () => {
  const facts = { input: z.object({ n: z.int() }), errors: { Torn: z.object({}) }, calls: [notify] } as const
  const whole = command('bank.Whole', { ...facts, output: z.int(), run: () => 1 })
  const streamed = command('bank.Streamed', {
    ...facts,
    output: stream(z.int(), z.int()),
    async *run() {
      yield 1
      return 1
    },
  })
  expect(possibleErrors(streamed)).toEqual(possibleErrors(whole))
})

test('a tree of calls that grows without measure is cut off from its far end', () => {
  let layer: AnyCommand[] = []
  for (let depth = 0; depth < 12; depth++) {
    layer = Array.from({ length: 3 }, (_, index) =>
      command(`deep.Level${depth}Step${index}`, {
        input: z.object({}),
        output: z.void(),
        errors: { Own: z.object({}) },
        calls: layer,
        run: () => {},
      }),
    )
  }
  const { keys, complete } = possibleErrors(layer[0]!)
  expect(complete).toBe(false)
  expect(keys.length).toBeLessThanOrEqual(possibleErrorLimit + 20)
  expect(keys).toContain('domain:Own')
  expect(keys).toContain('deep.Level10Step2>domain:Own')
  expect(describeCommand(layer[0]!).morePossibleErrors).toBe(true)
})

test('a command is described with everything that a surface needs', () => {
  const section = describeCommand(pay)
  expect(section).toMatchObject({
    name: 'bank.Pay',
    domain: 'bank',
    kind: 'command',
    summary: 'Pay',
    idempotent: false,
    destructive: false,
    access: 'bank:pay',
    input: { type: 'object', properties: { cents: { type: 'integer' } } },
    output: { type: 'object', properties: { left: { type: 'string', format: 'bigint' } } },
    errors: { InsufficientFunds: { category: 'domain', retry: 'never', data: { required: ['missing'] } } },
    calls: ['bank.NotifyOwner'],
    uses: [],
    policies: [{ name: 'timeout', config: { after: '2s' } }],
    examples: [{ cents: 5 }],
    hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  })
  expect(section).not.toHaveProperty('description')
  expect(JSON.parse(JSON.stringify(section))).toEqual(section)
})

test('a streamed output is described by its items and its end', () => {
  const list = command('bank.List', {
    input: z.object({}),
    output: stream(z.object({ at: z.date() }), z.int()),
    access: () => true,
    async *run() {
      yield { at: new Date(0) }
      return 1
    },
  })
  expect(describeCommand(list)).toMatchObject({
    access: 'rule',
    output: { stream: { item: { properties: { at: { format: 'date-time' } } }, final: { type: 'integer' } } },
  })
})

test('a type that cannot be described is a defect that names the command', () => {
  const input = z.object({ a: z.int().meta({ id: 'same' }), b: z.string().meta({ id: 'other' }) })
  z.globalRegistry.add(input.shape.b, { id: 'same' })
  const odd = command('bank.Odd', { input, output: z.void(), run: () => {} })
  expect(() => describeCommand(odd)).toThrow(Defect)
  expect(() => describeCommand(odd)).toThrow(/^bank\.Odd: the type of its input cannot be described/)
})

const partOf = (described: AnyCommand) => ({
  kind: { name: 'command', compare: () => [] },
  name: described.name,
  describe: () => describeCommand(described),
})

test('the same parts give the same manifest in any order, and another part another hash', () => {
  const one = buildManifest('bank', [partOf(pay), partOf(notify)])
  const other = buildManifest('bank', [partOf(notify), partOf(pay)])
  expect(JSON.stringify(other)).toBe(JSON.stringify(one))
  expect(Object.keys(one.parts.command!)).toEqual(['bank.NotifyOwner', 'bank.Pay'])
  expect(buildManifest('bank', [partOf(pay)]).hash).not.toBe(one.hash)
})

test('every section has a hash, and two parts of one kind cannot share a name', () => {
  const job = { kind: { name: 'job', compare: () => [] }, name: 'nightly', describe: () => ({ cron: '0 0 * * *' }) }
  const { parts } = buildManifest('bank', [job])
  expect(parts.job).toMatchObject({
    nightly: { cron: '0 0 * * *', hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  })
  expect(() => buildManifest('bank', [job, { ...job }])).toThrow('The name job nightly is defined twice.')
  expect(() => buildManifest('bank', [{ ...job, describe: () => [] }])).toThrow(Defect)
})
