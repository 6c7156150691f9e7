import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  app,
  appTarget,
  callCommand,
  command,
  fetchHandler,
  http,
  local,
  localSocketPath,
  memoryLog,
  type OpenApp,
} from 'heddle'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

/** Whatever is wrong with an input: each way in says so by the same code and path, and nothing else happens. */

const keep = command('box.Keep', {
  kind: 'query',
  access: 'public',
  input: z.object({
    text: z.string().max(10).optional(),
    count: z.int().optional(),
    ratio: z.number().optional(),
    when: z.date().optional(),
    deep: z.object({ flag: z.boolean().optional(), at: z.string().optional() }).optional(),
    items: z.array(z.object({ count: z.int().optional(), when: z.date().optional() })).optional(),
    labels: z.record(z.string(), z.string()).optional(),
    any: z.unknown().optional(),
  }),
  output: z.unknown(),
  run: ({ input }) => ({ kept: input }),
})

const folder = mkdtempSync(join(tmpdir(), 'heddle-bad-'))
const log = memoryLog()
const served = http({ port: 0 })
let open: OpenApp
let handle: ReturnType<typeof fetchHandler>

beforeAll(async () => {
  open = await app('box', { parts: [keep, served, local()] }).open({ folder, ports: { log } })
  await open.start()
  handle = fetchHandler(open)
})
afterAll(async () => {
  await open.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What a surface answered: the codes of its errors with their paths, or the value. */
type Said = string[] | { kept: unknown }
type Bytes = string | Uint8Array

function read(answer: string): Said {
  const { ok, value, errors, ...rest } = JSON.parse(answer) as {
    ok?: boolean
    value?: unknown
    errors?: { code: string; path: (string | number)[] }[]
  }
  if (errors) return errors.map(({ code, path }) => [code, ...path].join(' '))
  return (ok ? value : rest) as { kept: unknown }
}

const posted = (body: Bytes) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: body as BodyInit,
})
const overHttp = async (body: Bytes) => read(await (await fetch(`${served.url}/box/Keep`, posted(body))).text())
const overFetch = async (body: Bytes) =>
  read(await (await handle(new Request('http://box/box/Keep', posted(body)))).text())

const overSocket = (body: Bytes) =>
  new Promise<Said>((resolve, reject) => {
    const { method, headers } = posted(body)
    const socketPath = localSocketPath(folder)
    const sent = request({ socketPath, method, headers, path: '/box/Keep' }, (answer) => {
      void text(answer).then((whole) => resolve(read(whole)), reject)
    })
    sent.once('error', reject).end(body)
  })

/** By hand: a client would mend what is wrong with the query. */
async function overQuery(query: string): Promise<Said> {
  const socket = connect(Number(new URL(served.url!).port), '127.0.0.1')
  socket.write(`GET /box/Keep?${query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
  const answer = await text(socket)
  return read(answer.slice(answer.indexOf('\r\n\r\n')))
}

async function overCli(argv: readonly string[], stdin: Bytes = ''): Promise<Said> {
  let out = ''
  const none = { write() {} }
  const given = (async function* () {
    yield Buffer.from(stdin as string)
  })()
  await callCommand(appTarget(open), 'box.Keep', argv, {
    io: { out: { write: (more) => void (out += more) }, err: none, stdin: given },
  })
  return read(out)
}
const overYaml = (stdin: Bytes) => overCli(['--stdin', '--stdin-format', 'yaml'], stdin)

const path = (...segments: (string | number)[]) => segments.join(' ')
const levels = (count: number, of: string | number = 0) => Array.from({ length: count }, () => of)

/** JSON that is wrong, what is said of it, and whether it is wrong in the same way as YAML. */
const inJson: [string, Bytes, string, boolean][] = [
  ['an unknown field', '{"x":1}', 'UnrecognizedKeys', true],
  ['an unknown field inside', '{"deep":{"x":1}}', 'UnrecognizedKeys deep', true],
  ['a wrong type', '{"count":"1"}', 'InvalidType count', true],
  ['a text that is too long', '{"text":"12345678901"}', 'TooBig text', true],
  ['a day that the month does not have', '{"when":"2026-02-30T00:00:00Z"}', 'InvalidType when', true],
  ['a list in place of the input', '[]', 'InvalidType', true],
  ['null in place of the input', 'null', 'InvalidType', true],
  ['a key that stands twice', '{"count":1,"count":2}', 'DuplicateKey count', true],
  ['a key that stands twice with one value', '{"deep":{"flag":true,"flag":true}}', 'DuplicateKey deep flag', true],
  ['a key that stands twice, once escaped', '{"count":1,"c\\u006funt":2}', 'DuplicateKey count', true],
  ['an unsafe integer', '{"count":9007199254740993}', 'UnsafeInteger count', true],
  ['an unsafe integer with a fraction', '{"ratio":9007199254740993.0}', 'UnsafeInteger ratio', true],
  ['a number beyond all', '{"any":[1e999]}', 'UnsafeInteger any 0', true],
  ['half of a surrogate pair', '{"text":"\\ud800"}', 'LoneSurrogate text', true],
  ['half of a surrogate pair in a key', '{"labels":{"\\udc00":"x"}}', 'LoneSurrogate labels \ufffd', true],
  ['__proto__', '{"__proto__":{"count":1}}', 'ForbiddenKey __proto__', true],
  ['__proto__ inside, escaped', '{"labels":{"__pr\\u006fto__":"x"}}', 'ForbiddenKey labels __proto__', true],
  ['nesting that is too deep', `{"any":${'['.repeat(70)}${']'.repeat(70)}}`, path('TooDeep any', ...levels(63)), true],
  ['nesting without end', '['.repeat(20_000), path('TooDeep', ...levels(64)), false],
  ['JSON that breaks off', '{"deep":{"flag":', 'MalformedInput deep flag', false],
  ['JSON with more behind it', '{"count":1}}', 'MalformedInput', true],
  ['bytes that are no UTF-8', Buffer.from('{"text":"\xff"}', 'latin1'), 'MalformedInput', true],
]

test.each(inJson)('%s gets a code and a path on every way in', async (_name, body, said, isYaml) => {
  const known = [said]
  expect(await overHttp(body)).toEqual(known)
  expect(await overFetch(body)).toEqual(known)
  expect(await overSocket(body)).toEqual(known)
  expect(await overCli(['--stdin'], body)).toEqual(known)
  // Words of a command line are text before any program sees them.
  if (typeof body === 'string') expect(await overCli(['--input', body])).toEqual(known)
  if (isYaml) expect(await overYaml(body)).toEqual(known)
})

test.each<[string, string, string]>([
  ['an unknown field', 'x=1', 'UnrecognizedKeys'],
  ['a wrong type', 'count=one', 'InvalidType count'],
  ['a text that is too long', 'text=12345678901', 'TooBig text'],
  ['a field that stands twice', 'count=1&count=2', 'InvalidType count'],
  ['a field that is a value and a group', 'deep=1&deep.flag=true', 'MalformedInput deep'],
  ['an unsafe integer', 'ratio=9007199254740993', 'InvalidType ratio'],
  ['an unsafe integer with a fraction', 'ratio=9007199254740993.0', 'InvalidType ratio'],
  ['a number beyond all', 'ratio=1e999', 'InvalidType ratio'],
  ['half of a surrogate pair', 'text=%ed%a0%80', 'MalformedInput text'],
  ['a percent sign alone', 'text=100%', 'MalformedInput text'],
  ['bytes that are no ASCII', 'text=\u00fc', 'MalformedInput'],
  ['__proto__', 'labels.__proto__=x', 'ForbiddenKey labels __proto__'],
  ['__proto__ in JSON', 'labels={"__proto__":"x"}', 'InvalidType labels'],
  ['a key that stands twice in JSON', 'labels={"a":"x","a":"y"}', 'InvalidType labels'],
  ['names that are too deep', `${'a.'.repeat(64)}a=1`, path('TooDeep', ...levels(64, 'a'))],
  ['a query that is too long', `text=${'x'.repeat(9000)}`, 'TooLarge'],
])('a query with %s gets a code and a path', async (_name, query, said) => {
  expect(await overQuery(query)).toEqual([said])
})

test.each<[string, string[], string]>([
  ['an unknown flag', ['--x', '1'], 'InvalidUsage'],
  ['a wrong type', ['--count', 'one'], 'InvalidType count'],
  ['a text that is too long', ['--text', '12345678901'], 'TooBig text'],
  ['a flag that stands twice', ['--count', '1', '--count', '2'], 'DuplicateKey count'],
  ['a flag and its opposite', ['--deep-flag', '--no-deep-flag'], 'DuplicateKey deep flag'],
  ['one place under two names', ['--labels.a', 'x', '--labels.a', 'y'], 'DuplicateKey labels a'],
  ['an unsafe integer', ['--ratio', '9007199254740993'], 'InvalidType ratio'],
  ['an unsafe integer with a fraction', ['--ratio', '9007199254740993.0'], 'InvalidType ratio'],
  ['__proto__', ['--labels.__proto__', 'x'], 'ForbiddenKey labels __proto__'],
  ['__proto__ in JSON', ['--labels', '{"__proto__":"x"}'], 'ForbiddenKey labels __proto__'],
  ['a key that stands twice in JSON', ['--labels', '{"a":"x","a":"y"}'], 'DuplicateKey labels a'],
  ['broken JSON', ['--labels', '{"a":'], 'MalformedInput labels a'],
  ['a flag that does not fit its input', ['--input', '[]', '--count', '1'], 'InvalidUsage'],
  ['text for a number in JSON beside a flag', ['--input', '{"count":"5"}', '--text', 'a'], 'InvalidType count'],
  [
    'text for a boolean in JSON that a flag joins',
    ['--input', '{"deep":{"flag":"true"}}', '--deep-at', 'x'],
    'InvalidType deep flag',
  ],
  ['a wrong type beside JSON', ['--input', '{"text":"a"}', '--count', 'one'], 'InvalidType count'],
  ['text for a number in JSON that is a flag', ['--items', '{"count":"5"}'], 'InvalidType items 0 count'],
])('a command line with %s gets a code and a path', async (_name, argv, said) => {
  expect(await overCli(argv)).toEqual([said])
})

test.each<[string, Record<string, string>, string]>([
  ['another type', { 'content-type': 'text/plain' }, 'UnsupportedMediaType'],
  ['no type', { 'content-type': '' }, 'UnsupportedMediaType'],
  ['another charset', { 'content-type': 'application/json; charset=utf-16' }, 'UnsupportedMediaType'],
  [
    'a body that is not compressed as it says',
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    'MalformedInput',
  ],
  [
    'an unknown compression',
    { 'content-type': 'application/json', 'content-encoding': 'lzma' },
    'UnsupportedMediaType',
  ],
])('%s is refused by every server', async (_name, headers, said) => {
  const init = { method: 'POST', headers, body: '{"count":1}' }
  expect(read(await (await fetch(`${served.url}/box/Keep`, init)).text())).toEqual([said])
  expect(read(await (await handle(new Request('http://box/box/Keep', init))).text())).toEqual([said])
})

test.each<[string, string]>([
  ['numbers at the edge', '{"count":9007199254740991,"ratio":-9007199254740991.0}'],
  ['an exponent, which means a floating-point number,', '{"ratio":9007199254740993e0}'],
  ['names of Object.prototype', '{"labels":{"constructor":"a","toString":"b","hasOwnProperty":"c"}}'],
  ['control characters and whole surrogate pairs', '{"text":"\\u0000\\t\\ud83d\\ude00"}'],
  ['nesting at the limit', `{"any":${'['.repeat(63)}${']'.repeat(63)}}`],
])('%s pass unchanged through every way in', async (_name, body) => {
  const kept = { kept: JSON.parse(body) as unknown }
  expect(await overHttp(body)).toEqual(kept)
  expect(await overFetch(body)).toEqual(kept)
  expect(await overSocket(body)).toEqual(kept)
  expect(await overCli(['--stdin'], body)).toEqual(kept)
  expect(await overCli(['--input', body])).toEqual(kept)
  expect(await overYaml(body)).toEqual(kept)
})

test('standard input beside a flag stays as strict as alone, also as YAML', async () => {
  expect(await overCli(['--stdin', '--text', 'a'], '{"count":"5"}')).toEqual(['InvalidType count'])
  expect(await overCli(['--stdin', '--stdin-format', 'yaml', '--text', 'a'], 'count: "5"')).toEqual([
    'InvalidType count',
  ])
})

test('none of it was a defect', () => {
  expect(log.lines).toEqual([])
})
