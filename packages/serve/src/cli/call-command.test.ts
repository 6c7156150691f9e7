import { app, command, memoryLog, memoryPrincipals, type OpenApp, stream } from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { callCommand } from './call-command.ts'
import { memoryIo } from './io.ts'
import { runCli } from './run-cli.ts'
import { appTarget } from './target.ts'

const greet = command('hello.Greet', {
  summary: 'Greet somebody',
  input: z.object({ name: z.string().min(2), times: z.int().max(3).default(1) }),
  output: z.object({ greeting: z.string() }),
  errors: { Rude: z.object({ to: z.string() }) },
  access: 'public',
  examples: [{ name: 'Ann Lee', times: 2 }],
  run: ({ input: { name, times }, fail }) =>
    name === 'Bob'
      ? fail.Rude({ to: name })
      : { greeting: Array.from({ length: times }, () => `Hello ${name}`).join(' ') },
})
const secret = command('hello.TellSecret', {
  kind: 'query',
  input: z.object({}),
  output: z.object({ caller: z.string() }),
  access: 'hello:secret',
  run: ({ ctx }) => ({ caller: `${ctx.principal?.id} of ${ctx.tenant}` }),
})
const wait = command('hello.Wait', {
  input: z.object({}),
  output: z.object({}),
  access: 'public',
  async run({ ctx }) {
    ctx.progress({ done: 1, total: 4, message: 'waiting' })
    await ctx.sleep(60_000)
    return {}
  },
})
const broken = command('hello.Break', {
  input: z.object({}),
  output: z.object({}),
  access: 'public',
  run() {
    throw new TypeError('a secret of the code')
  },
})
const list = command('hello.ListCities', {
  kind: 'query',
  input: z.object({}),
  output: z.object({ cities: z.array(z.object({ name: z.string(), people: z.int() })), next: z.string().optional() }),
  access: 'public',
  run: () => ({
    cities: [
      { name: 'Rome', people: 2_800_000 },
      { name: 'Bonn', people: 330_000 },
    ],
    next: 'c2',
  }),
})
const count = command('hello.Count', {
  input: z.object({ to: z.int() }),
  output: stream(z.object({ n: z.int(), odd: z.boolean() }), z.object({ sum: z.int() })),
  access: 'public',
  async *run({ input: { to } }) {
    let sum = 0
    for (let n = 1; n <= to; n++) {
      sum += n
      yield { n, odd: n % 2 === 1 }
    }
    return { sum }
  },
})

const keep = command('hello.Keep', {
  input: z.object({
    count: z.int().optional(),
    note: z.string().optional(),
    at: z.date().optional(),
    big: z.bigint().nullable().optional(),
    tags: z.set(z.int()).optional(),
    numbers: z.array(z.int()).optional(),
    deep: z.object({ count: z.int().optional(), loud: z.boolean().optional() }).optional(),
    shape: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('size'), value: z.int() }),
        z.object({ kind: z.literal('name'), value: z.string() }),
      ])
      .optional(),
  }),
  output: z.unknown(),
  access: 'public',
  run: ({ input }) => input,
})

let open: OpenApp
beforeAll(async () => {
  const declared = app('hello', { parts: [{ greet, secret, wait, broken, list, count, keep }], tenancy: 'shared' })
  const principals = memoryPrincipals([
    { id: 'bob', permissions: ['hello:greet'] },
    { id: 'zoe', tenant: 'acme', permissions: ['hello:secret'] },
  ])
  open = await declared.open({ ports: { log: memoryLog(), principals } })
})
afterAll(() => open.close())

const call = async (
  words: string,
  { stdin = '', isTTY = false, signal }: { stdin?: string; isTTY?: boolean; signal?: AbortSignal } = {},
) => {
  const io = memoryIo({ stdin, isTTY })
  const [name = '', ...argv] = words.split(' ')
  const code = await callCommand(appTarget(open), name, argv, { io, signal })
  return { code, out: io.text(), err: io.errors() }
}

test.each([
  ['success', 'hello.Greet Ann', 0, '{"ok":true,"value":{"greeting":"Hello Ann"}}', ''],
  ['a declared failure', 'hello.Greet Bob', 1, '"code":"Rude"', 'Rude: Rude.\n  to Bob\n'],
  ['an input error', 'hello.Greet A', 65, '"key":"data/name:TooSmall"', 'TooSmall at name: '],
  [
    'text where a number belongs',
    'hello.Greet Ann --times many',
    65,
    '"key":"data/times:InvalidType"',
    'InvalidType at times: ',
  ],
  ['a missing field', 'hello.Greet', 65, '"key":"data/name:InvalidType"', 'InvalidType at name: '],
  [
    'an unknown field in JSON',
    'hello.Greet --input {"name":"Ann","nick":"A"}',
    65,
    '"code":"UnrecognizedKeys"',
    'UnrecognizedKeys',
  ],
  [
    'a key that stands twice',
    'hello.Greet --input {"name":"Ann","name":"Zoe"}',
    65,
    '"code":"DuplicateKey"',
    'DuplicateKey at name',
  ],
  ['a permission that is missing', 'hello.TellSecret --as ann --may hello:greet', 77, '"code":"Denied"', 'Denied: '],
  ['a role that lacks it', 'hello.TellSecret --as bob', 77, '"code":"Denied"', 'Denied: '],
  [
    'a principal that nobody knows',
    'hello.Greet Ann --as ann',
    77,
    '"code":"UnknownPrincipal"',
    'No principal "ann" is known in the tenant "main", or it is disabled.',
  ],
  ['a stranger', 'hello.TellSecret --stranger', 77, '"code":"Unauthenticated"', 'Unauthenticated: '],
  ['a deadline', 'hello.Wait --timeout 5ms', 124, '"code":"DeadlineExceeded"', 'DeadlineExceeded: '],
  ['a defect', 'hello.Break', 70, '"code":"Internal"', 'Internal: '],
  ['an unknown command', 'hello.Gret', 127, '"code":"UnknownCommand"', 'did you mean hello.Greet?'],
  [
    'an unknown flag',
    'hello.Greet --nam Ann',
    64,
    '"code":"InvalidUsage"',
    'there is no flag --nam; did you mean --name?',
  ],
  [
    'a duration that is none',
    'hello.Greet Ann --timeout soon',
    64,
    '"code":"InvalidUsage"',
    '--timeout is written like',
  ],
  [
    'options that exclude each other',
    'hello.Greet Ann --stranger --as ann',
    64,
    '"code":"InvalidUsage"',
    'exclude each other',
  ],
])('%s has its exit code, its outcome and its sentence', async (_name, words, code, out, err) => {
  const ended = await call(words)
  expect(ended.code).toBe(code)
  expect(ended.out).toContain(out)
  expect(JSON.parse(ended.out)).toHaveProperty('ok', code === 0)
  if (err === '') expect(ended.err).toBe('')
  else expect(ended.err).toContain(err)
  expect(ended.out + ended.err).not.toContain('a secret of the code')
})

test.each(['hello.Greet', 'hello.greet', 'Greet', 'greet'])('%s finds the command', async (name) => {
  expect((await call(`${name} Ann`)).code).toBe(0)
})

test('the operator may do all, another principal what it holds, in its tenant', async () => {
  const caller = async (words: string) => JSON.parse((await call(`hello.TellSecret ${words}`.trim())).out) as unknown
  expect(await caller('')).toMatchObject({ value: { caller: 'operator of main' } })
  expect(await caller('--tenant acme')).toMatchObject({ value: { caller: 'operator of acme' } })
  expect(await caller('--as ann --may hello:* --tenant acme')).toMatchObject({ value: { caller: 'ann of acme' } })
  expect(await caller('--as zoe --tenant acme')).toMatchObject({ value: { caller: 'zoe of acme' } })
  expect(await caller('--as zoe')).toMatchObject({ errors: [{ code: 'UnknownPrincipal' }] })
})

test('the same key gives the same answer and runs once', async () => {
  const first = await call('hello.Greet Ann --key k1')
  expect((await call('hello.Greet Ann --key k1')).out).toBe(first.out)
  expect(await call('hello.Greet Zoe --key k1')).toMatchObject({ code: 65, err: expect.stringContaining('KeyReused') })
})

test('standard input is JSON, or YAML when it says so, and flags win over it', async () => {
  const json = { stdin: '{"name":"Ann","times":2}' }
  expect((await call('hello.Greet --stdin', json)).out).toContain('Hello Ann Hello Ann')
  expect((await call('hello.Greet --stdin --times 1', json)).out).toContain('"Hello Ann"')
  const yaml = { stdin: 'name: Ann # of Lee\ntimes: 2\n' }
  expect((await call('hello.Greet --stdin --stdin-format yaml', yaml)).out).toContain('Hello Ann Hello Ann')
})

test.each<[string, string, unknown]>([
  ['a number', '--input {"note":"5"} --count 5', { note: '5', count: 5 }],
  [
    'a number inside an object of the JSON',
    '--input {"deep":{"loud":true}} --deep-count 5',
    { deep: { loud: true, count: 5 } },
  ],
  ['a date', '--input {"count":1} --at 2026-11-01T12:00:00Z', { count: 1, at: '2026-11-01T12:00:00.000Z' }],
  ['a big integer', '--input {"count":1} --big 9007199254740993', { count: 1, big: '9007199254740993' }],
  ['null', '--input {"count":1} --big null', { count: 1, big: null }],
  ['elements after those of the JSON', '--input {"numbers":[1]} --numbers 2 --numbers [3]', { numbers: [1, 2, 3] }],
  ['elements of a set', '--input {"count":1} --tags 2 --tags 3', { count: 1, tags: [2, 3] }],
  ['a number of a union', '--input {"shape":{"kind":"size"}} --shape-value 5', { shape: { kind: 'size', value: 5 } }],
  ['a text of a union', '--input {"shape":{"kind":"name"}} --shape-value 5', { shape: { kind: 'name', value: '5' } }],
])('a flag beside JSON becomes what its type wants: %s', async (_name, words, value) => {
  expect(JSON.parse((await call(`hello.Keep ${words}`)).out)).toEqual({ ok: true, value })
})

test.each([
  ['beside a flag', '{"count":"5"}', 'count'],
  ['in the object that a flag goes into', '{"deep":{"count":"5"}}', 'deep.count'],
  ['in the list that a flag goes into', '{"numbers":["5"]}', 'numbers.0'],
])('text in JSON stays text, %s', async (_name, stdin, path) => {
  const flags = '--deep-loud --numbers 6 --note x'
  const told = { code: 65, err: expect.stringContaining(`InvalidType at ${path}`) }
  expect(await call(`hello.Keep --stdin ${flags}`, { stdin })).toMatchObject(told)
  expect(await call(`hello.Keep --input ${stdin} ${flags}`)).toMatchObject(told)
})

test.each([
  ['a key that stands twice', 'name: Ann\nname: Zoe\n', 'DuplicateKey'],
  ['an integer that would be rounded', 'name: Ann\ntimes: 9007199254740993\n', 'UnsafeInteger'],
  ['an alias', 'a: &a x\nname: *a\n', 'MalformedInput'],
  ['a key that changes the prototype', 'name: Ann\n__proto__: {}\n', 'ForbiddenKey'],
  ['broken YAML', 'name: [Ann\n', 'MalformedInput'],
  ['a second document', 'name: Ann\n---\nname: Zoe\n', 'MalformedInput'],
  ['the older YAML, where yes is true,', '%YAML 1.1\n---\nname: yes\n', 'MalformedInput'],
  ['a tag that JSON cannot say', 'name: !!binary QW5u\n', 'MalformedInput'],
  ['an unknown tag', 'name: !name Ann\n', 'MalformedInput'],
  ['a list as a key', '? [name]\n: Ann\n', 'MalformedInput'],
  ['two keys that become one', '{1: a, "1": b}\n', 'DuplicateKey'],
  ['half of a surrogate pair in a key', '"\\ud800": Ann\n', 'LoneSurrogate'],
  ['a decimal that would be rounded', 'name: Ann\ntimes: 9007199254740993.0\n', 'UnsafeInteger'],
  ['a number beyond all', 'name: Ann\ntimes: 1e999\n', 'UnsafeInteger'],
  ['nesting that ends the call stack', `name: ${'['.repeat(20_000)}`, 'TooDeep'],
])('YAML is read as strictly as JSON: %s is refused', async (_name, stdin, code) => {
  const ended = await call('hello.Greet --stdin --stdin-format yaml', { stdin })
  expect(ended.code).toBe(65)
  expect(ended.out).toContain(`"code":"${code}"`)
})

test('standard input beyond the limit is refused and not read to its end', async () => {
  const ended = await call('hello.Greet --stdin', { stdin: `{"name":"${'x'.repeat(2 ** 20)}"}` })
  expect(ended).toMatchObject({ code: 65, err: expect.stringContaining('TooLarge') })
})

test('a person gets a page as a table', async () => {
  const { out } = await call('hello.ListCities', { isTTY: true })
  expect(out.split('\n')).toEqual(['name   people', 'Rome  2800000', 'Bonn   330000', '', 'next  c2', ''])
})

test('YAML is the outcome', async () => {
  expect((await call('hello.Greet Ann --format yaml')).out).toBe('ok: true\nvalue:\n  greeting: Hello Ann\n')
})

test('a line that cannot be read is told in the format that it asks for', async () => {
  for (const [words, begins] of [
    ['--format json', '{'],
    ['--format=yaml', 'ok: false'],
    ['--format yaml', 'ok: false'],
    ['--format table', ''],
  ]) {
    const { out, code } = await call(`hello.Greet Ann --nothing ${words}`, { isTTY: true })
    expect([code, begins === '' ? out === '' : out.startsWith(begins!)]).toEqual([64, true])
  }
})

test('streamed items are a line each, and the outcome is the last one', async () => {
  expect(
    (await call('hello.Count 2')).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([{ item: { n: 1, odd: true } }, { item: { n: 2, odd: false } }, { ok: true, value: { sum: 3 } }])
  const rows = (await call('hello.Count 2 --format table')).out.split('\n').map((line) => line.trim().split(/ +/))
  expect(rows).toEqual([['n', 'odd'], ['1', 'true'], ['2', 'false'], ['sum', '3'], ['']])
})

test('a person sees how far a command is, a log file does not', async () => {
  expect((await call('hello.Wait --timeout 5ms', { isTTY: true })).err).toContain(
    '[######..................]   25 %  1 of 4  waiting',
  )
  expect((await call('hello.Wait --timeout 5ms')).err).not.toContain('waiting')
})

test('an interrupted call is cancelled', async () => {
  const controller = new AbortController()
  const ended = call('hello.Wait', { signal: controller.signal })
  controller.abort('SIGINT')
  expect(await ended).toMatchObject({ code: 130, err: expect.stringContaining('Cancelled') })
})

test('help of a command lists its flags, and its example can be typed', async () => {
  const { out, code } = await call('hello.Greet --help')
  expect(code).toBe(0)
  expect(out).toContain('--name    text (≥ 2 characters)')
  expect(out).toContain('--times?  int ≤ 3 = 1')
  expect(out).toContain(`heddle call hello.Greet --name 'Ann Lee' --times 2`)
})

test('an app is a program of its own, and so is one of its commands', async () => {
  const run = async (argv: string[], only?: typeof greet) => {
    const io = memoryIo()
    const declared = app('hello', { parts: [{ greet, list }] })
    return {
      code: await runCli(declared, { argv, io, command: only, program: 'hi' }),
      out: io.text(),
      err: io.errors(),
    }
  }
  expect(await run(['greet', 'Ann'])).toEqual({
    code: 0,
    out: '{"ok":true,"value":{"greeting":"Hello Ann"}}\n',
    err: '',
  })
  expect((await run(['Ann', '--times', '2'], greet)).out).toContain('Hello Ann Hello Ann')
  expect(await run([])).toMatchObject({ code: 0, out: expect.stringContaining('hello.Greet       Greet somebody') })
  expect((await run(['gret'])).code).toBe(127)
})
