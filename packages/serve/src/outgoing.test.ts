import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  app,
  command,
  createPorts,
  error,
  exposed,
  memoryLog,
  type OpenApp,
  pii,
  sensitive,
  stream,
} from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { callCommand } from './cli/call-command.ts'
import { memoryIo } from './cli/io.ts'
import { commandHelp } from './cli/command-help.ts'
import { appTarget, commandSections } from './cli/target.ts'
import { callLocally, local, localSocketPath } from './local/index.ts'
import { fetchHandler, http } from './http/index.ts'
import { openApi } from './openapi/index.ts'

const Account = z.object({
  id: z.string(),
  owner: pii(z.string()),
  pin: sensitive(z.string()),
  cards: z.array(z.object({ last: z.string(), cardNumber: sensitive(z.string()) })),
})
const account = { id: 'a1', owner: 'ann', pin: 'pin-4711', cards: [{ last: '42', cardNumber: 'card-4242' }] }
const told = { id: 'a1', owner: 'ann', cards: [{ last: '42' }] }

const find = command('vault.Find', {
  kind: 'query',
  access: 'public',
  input: z.object({ id: z.string() }),
  output: Account,
  errors: {
    Locked: error(z.object({ pin: sensitive(z.string()), tries: z.int() }), {
      message: 'The pin {pin} was tried too often.',
    }),
  },
  run: ({ input: { id }, fail }) => (id === 'a1' ? account : fail.Locked({ pin: 'pin-4711', tries: 3 })),
})

const list = command('vault.List', {
  access: 'public',
  input: z.object({}),
  output: stream(Account, z.object({ token: sensitive(z.string()), count: z.int() })),
  async *run() {
    yield account
    return { token: 'token-99', count: 1 }
  },
})

const makeKey = command('vault.MakeKey', {
  access: 'public',
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string(), key: exposed(sensitive(z.string())) }),
  run: ({ input: { id } }) => ({ id, key: 'key-1234' }),
})

const whisper = command('vault.Whisper', {
  access: 'public',
  input: z.object({}),
  output: sensitive(z.string()),
  run: () => 'whisper-77',
})

const secrets = /pin-4711|card-4242|token-99|whisper-77/

let folder: string
let open: OpenApp
let ask: (path: string, body: string, headers?: Record<string, string>) => Promise<string>
const log = memoryLog()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-out-'))
  const part = http({ port: 0 })
  open = await app('vault', { parts: [find, list, makeKey, whisper, part, local()] }).open({
    folder,
    ports: createPorts({ log }),
  })
  await open.start()
  ask = async (path, body, headers = {}) => {
    const answer = await fetch(part.url! + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    return answer.text()
  }
})
afterAll(async () => {
  await open.close({ graceMs: 2000 })
  rmSync(folder, { recursive: true, force: true })
})

/** What a command line prints, on both of its ways. */
async function typed(name: string, ...words: string[]): Promise<string> {
  const io = memoryIo()
  await callCommand(appTarget(open), name, words, { io })
  return io.text() + io.errors()
}

/** Every way out, with what comes out of it. */
const ways: [string, (name: string, input: { id?: string }) => Promise<string>][] = [
  ['JSON over HTTP', (name, input) => ask(`/${name.replace('.', '/')}`, JSON.stringify(input))],
  [
    'lines over HTTP',
    (name, input) => ask(`/${name.replace('.', '/')}`, JSON.stringify(input), { accept: 'application/x-ndjson' }),
  ],
  [
    'events over HTTP',
    (name, input) => ask(`/${name.replace('.', '/')}`, JSON.stringify(input), { accept: 'text/event-stream' }),
  ],
  [
    'a batch of lines over HTTP',
    (name, input) =>
      ask(`/${name.replace('.', '/')}`, `${JSON.stringify(input)}\n`, { 'content-type': 'application/x-ndjson' }),
  ],
  [
    'a handler for other servers',
    async (name, input) => {
      const request = new Request(`http://vault.example/${name.replace('.', '/')}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      })
      return (await fetchHandler(open)(request)).text()
    },
  ],
  [
    'the local socket',
    async (name, input) => {
      const items: unknown[] = []
      const outcome = await callLocally(localSocketPath(folder), name, input, {
        onItem: (item) => void items.push(item),
      })
      return JSON.stringify([items, outcome])
    },
  ],
  ['the command line', (name, { id }) => typed(name, ...(id === undefined ? [] : ['--id', id]), '--json')],
  [
    'a table of the command line',
    (name, { id }) => typed(name, ...(id === undefined ? [] : ['--id', id]), '--format', 'table'),
  ],
]

test.each(ways)('what is sensitive does not leave by %s', async (_, call) => {
  const found = await call('vault.Find', { id: 'a1' })
  expect(found).toMatch(/a1/)
  expect(found).toMatch(/ann/)
  const refused = await call('vault.Find', { id: 'b2' })
  expect(refused).toMatch(/Locked/)
  expect(refused).toMatch(/The pin ••• was tried too often/)
  const whispered = await call('vault.Whisper', {})
  expect(found + refused + whispered).not.toMatch(secrets)
  expect(await call('vault.MakeKey', { id: 'k1' })).toMatch(/key-1234/)
})

test.each(ways.filter(([way]) => !/batch/.test(way)))(
  'what is sensitive in a stream does not leave by %s',
  async (_, call) => {
    const listed = await call('vault.List', {})
    expect(listed).toMatch(/"?count/)
    expect(listed).not.toMatch(secrets)
  },
)

test('every surface tells the same', async () => {
  const json = JSON.parse(await ask('/vault/Find', '{"id":"a1"}')) as unknown
  expect(json).toEqual(told)
  const line = JSON.parse(await ask('/vault/Find', '{"id":"a1"}', { accept: 'application/x-ndjson' })) as unknown
  expect(line).toEqual({ value: told })
  expect(await callLocally(localSocketPath(folder), 'vault.Find', { id: 'a1' })).toEqual({ ok: true, value: told })
  expect(JSON.parse(await typed('vault.Find', '--id', 'a1', '--json'))).toEqual({ ok: true, value: told })
  const [item, value] = (await ask('/vault/List', '{}', { accept: 'application/x-ndjson' })).trim().split('\n')
  expect([JSON.parse(item!), JSON.parse(value!)]).toEqual([{ item: told }, { value: { count: 1 } }])
  expect(JSON.parse(await ask('/vault/Find', '{"id":"b2"}'))).toMatchObject({ errors: [{ data: { tries: 3 } }] })
})

test('a value that is a secret as a whole is an answer without one', async () => {
  const part = await fetchHandler(open)(new Request('http://vault.example/vault/Whisper', { method: 'POST' }))
  expect([part.status, await part.text()]).toEqual([204, ''])
})

test('a call in the process gets all', async () => {
  expect(await open.call(find, { id: 'a1' })).toEqual({ ok: true, value: account })
  const outcome = await open.call(find, { id: 'b2' })
  expect(outcome.ok || outcome.errors[0]!.data).toEqual({ pin: 'pin-4711', tries: 3 })
})

test('what is published says nothing of it: the manifest, OpenAPI, the page and help', async () => {
  const sections = commandSections(open.manifest)
  const published = JSON.stringify([
    sections['vault.Find'],
    sections['vault.List'],
    openApi(open.manifest),
    commandHelp(sections['vault.Find']!, {}, 'vault'),
  ])
  expect(published).not.toMatch(/"pin"|"cardNumber"|"token"/)
  expect(published).toMatch(/"key"/)
  expect(sections['vault.Find']!.output).toMatchObject({ required: ['id', 'owner', 'cards'] })
  expect(sections['vault.Whisper']!.output).toEqual({ type: 'null' })
  const page = await fetchHandler(open)(new Request('http://vault.example/'))
  expect(await page.text()).toContain('{ id, owner, cards }')
})
