import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Manifest } from '@heddle/core'
import { memoryIo, publicManifest } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from './main.ts'
import { parseCommandLine } from './program.ts'
import { registry } from './registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fixtures = join(import.meta.dirname, '../../fixtures')
const hello = ['--app', join(fixtures, 'hello.ts'), '--folder', join(folder, 'data')]

const heddle = async (...argv: string[]) => {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  return { code: await main(argv, around), out: io.text(), err: io.errors() }
}
const json = async (...argv: string[]) => JSON.parse((await heddle(...argv, '--json')).out) as unknown

test('list prints the commands of the app as a table, and as JSON', async () => {
  const { out, code } = await heddle('list', ...hello)
  expect(code).toBe(0)
  expect(out.split('\n')).toEqual([
    'name              kind     access      summary',
    'hello.Greet       command  public      Greet somebody',
    'hello.ListCities  query    hello:read  List the cities',
    'hello.Wait        command  public',
    '',
  ])
  expect(await json('list', '--find', 'cities', ...hello)).toMatchObject([{ name: 'hello.ListCities', kind: 'query' }])
})

test("Heddle's own commands are there for operators and listed on request", async () => {
  const listed = (await json('list', '--domain', 'heddle', ...hello)) as { name: string; access: string }[]
  const names = listed.map(({ name }) => name)
  expect(names).toEqual(names.toSorted())
  expect(names).toEqual(
    expect.arrayContaining(['heddle.About', 'heddle.Doctor', 'heddle.AcquireLease', 'heddle.Manifest']),
  )
  expect(listed.filter(({ access }) => access !== 'heddle:operate')).toMatchObject([
    { name: 'heddle.Ping', access: 'public' },
    { name: 'heddle.RevealCall', access: 'heddle:reveal' },
  ])
  const refused = await heddle('call', 'heddle.Manifest', '--as', 'ann', '--may', 'hello:*', '--json', ...hello)
  expect(refused.code).toBe(77)
  expect((await heddle('call', 'heddle.About', '--json', ...hello)).out).toContain('"app":"hello"')
})

test('describe tells types, errors with their keys, what is compiled and an example', async () => {
  const { out, code } = await heddle('describe', 'greet', ...hello)
  expect(code).toBe(0)
  expect(out).toContain('hello.Greet (command)\n  Greet somebody\n\n  access public, not idempotent\n')
  expect(out).toContain('\n  name   text (≥ 1 character)  Whom\n  loud?  yes or no = false\n')
  expect(out).toContain('\n  domain:Rude  Rude.\n      to  text\n')
  expect(out).toContain('\n  data/name:TooSmall\n')
  expect(out).toContain('\n  input  100 % (')
  expect(out).toContain('\n  heddle call hello.Greet --name Ann\n')
})

test.each([
  ['an unknown command of the app', ['describe', 'hello.Gret', ...hello], 127, 'did you mean hello.Greet?'],
  ['an unknown command of the tool', ['lsit'], 64, "unknown command 'lsit'; did you mean list?"],
  ['an unknown flag', ['list', '--domian', 'x'], 64, '; did you mean --domain?'],
  ['a missing argument', ['describe'], 64, "missing required argument 'command'"],
  ['an option that is not offered', ['list', '--mode', 'test'], 64, 'Allowed choices are development, production'],
  [
    'a value that a list does not have',
    ['runs', 'list', '--state', 'nope'],
    64,
    "'nope' is invalid. Allowed choices are ready",
  ],
  [
    'a flag that takes one value and has two',
    ['runs', 'list', '--queue', 'a', '--queue', 'b'],
    64,
    '--queue stands twice',
  ],
  ['one that stands before and behind', [...hello, 'list', ...hello], 64, '--app stands twice'],
  ['a number that stands twice', ['runs', 'list', '--limit', '1', '--limit', '2'], 64, '--limit stands twice'],
  [
    'a file in a folder that is not there',
    ['manifest', '--out', 'no/m.json', ...hello],
    64,
    'no/m.json cannot be written',
  ],
  ['a file where a folder is', ['manifest', '--out', '.', ...hello], 64, ' cannot be written: it is a folder'],
  ['a missing app', ['list'], 78, 'there is no app here: neither heddle.app in package.json nor app.ts nor src/app.ts'],
  ['a flag before the name of a command', ['call', '--name', 'Ann', 'hello.Greet'], 64, 'comes before --name'],
  ['help about nothing', ['help', 'nothing'], 64, 'there is no command "nothing" to help with'],
  ['a configuration that is no pair', ['call', 'greet', 'Ann', '--set', 'x', ...hello], 64, 'name=value'],
  ['a folder that is not empty', ['new', '.'], 64, 'is not empty'],
])('%s is told in a sentence, with its exit code', async (_name, argv, code, sentence) => {
  writeFileSync(join(folder, 'something'), '')
  const ended = await heddle(...argv)
  expect(ended.err).toContain(sentence)
  expect(ended).toMatchObject({ code, out: '' })
  expect(ended.err).not.toContain('    at ')
})

test('a failure of the tool is an outcome for programs', async () => {
  expect(await json('describe', 'hello.Gret', ...hello)).toMatchObject({
    ok: false,
    errors: [{ code: 'UnknownCommand' }],
  })
})

test('call runs a command: flags of the tool stand before or after its name', async () => {
  const greeting = '{"ok":true,"value":{"greeting":"HELLO Ann"}}\n'
  expect(await heddle('call', ...hello, 'hello.Greet', 'Ann', '--loud')).toEqual({ code: 0, out: greeting, err: '' })
  expect(await heddle(...hello, 'call', 'greet', '--loud', '--name', 'Ann')).toEqual({
    code: 0,
    out: greeting,
    err: '',
  })
  expect(await heddle('call', 'hello.Greet', 'Bob', ...hello)).toMatchObject({
    code: 1,
    err: 'Rude: Rude.\n  to Bob\n',
  })
})

test('ping answers, doctor finds nothing that fails', async () => {
  expect(await json('ping', ...hello)).toMatchObject({ app: 'hello', served: false })
  const found = (await json('doctor', ...hello)) as { healthy: boolean; findings: { name: string; status: string }[] }
  expect(found.healthy).toBe(true)
  expect(found.findings.map(({ name }) => name)).toContain('disk')
})

test('doctor fails with advice when the app does not load', async () => {
  const { code, out } = await heddle('doctor', '--app', 'nothing.ts')
  expect(code).toBe(78)
  expect(out).toMatch(/^fail {2}app {10}\S*nothing\.ts: there is no such file\.\n {19}Correct the file/m)
})

test('check compares with a manifest in a file, and its exit code is the verdict', async () => {
  const file = join(folder, 'deployed.json')
  expect(await heddle('manifest', '--out', file, ...hello)).toMatchObject({ code: 0, err: '' })
  expect(await heddle('check', '--against', file, ...hello)).toEqual({
    code: 0,
    out: 'safe: nothing changed\n',
    err: '',
  })
  const narrowed = ['--against', file, '--app', join(fixtures, 'hello-narrowed.ts'), '--folder', join(folder, 'data')]
  const { code, out } = await heddle('check', ...narrowed)
  expect(code).toBe(2)
  expect(out).toMatch(/^breaking +command hello\.Greet +input\/name: shortest length 1 → 2/m)
  expect(out).toMatch(/^breaking +command hello\.ListCities +/m)
  expect(out).toMatch(/^breaking: 3 changes$/m)
  expect(await json('check', ...narrowed)).toMatchObject({ level: 'breaking' })
  const deployed = JSON.parse(readFileSync(file, 'utf8')) as { parts: { command: Record<string, unknown> } }
  delete deployed.parts.command['hello.Greet']
  writeFileSync(file, JSON.stringify(deployed))
  expect((await heddle('check', ...narrowed)).out).toMatch(/^breaking: 3 changes \(2 breaking, 1 safe\)$/m)
})

test('check refuses a file that holds no manifest', async () => {
  const file = join(folder, 'other.json')
  writeFileSync(file, '{"a":1}')
  const ended = await heddle('check', '--against', file, ...hello)
  expect(ended).toMatchObject({ code: 64, err: expect.stringContaining('holds no manifest of format 1') })
})

test.each(registry.map((command) => [command.name, command] as const))(
  'the example of %s can be typed, and --help shows it',
  async (name, { example }) => {
    const argv = example.split(' ').slice(1)
    expect(parseCommandLine(argv, registry)).toMatchObject({ command: { name } })
    const { code, out } = await heddle('help', ...name.split(' '))
    expect(code).toBe(0)
    expect(out).toContain(`heddle ${name}`)
    expect((await heddle(...name.split(' '), '--help')).out).toContain(name === 'call' ? '--stdin' : example)
  },
)

test.each<[string, string[], number, string]>([
  [
    'an unknown command of a group',
    ['migrate', 'statsu'],
    64,
    'there is no command "migrate statsu"; did you mean status?',
  ],
  [
    'a word that no command of a group is like',
    ['migrate', 'foo'],
    64,
    '"migrate foo"; there are plan, apply, and status',
  ],
  [
    'a domain without commands',
    ['list', '--domain', 'nope', ...hello],
    0,
    'the app has no commands in the domain nope\n',
  ],
  [
    'a text that is nowhere',
    ['list', '--find', 'xyzzy', ...hello],
    0,
    'no command has "xyzzy" in its name or summary\n',
  ],
  ['an app that nobody serves', ['ping', ...hello], 0, 'opened for the question: no process serves it\n'],
  ['the options of a call', ['call'], 0, '--stdin-format  json|yaml'],
])('%s is told in words', async (_name, words, code, said) => {
  const { out, err, code: ended } = await heddle(...words)
  expect([ended, out + err]).toEqual([code, expect.stringContaining(said)])
})

test('every command of the tool takes --json', () => {
  for (const { name, example } of registry) {
    const parsed = parseCommandLine(example.replace(`heddle ${name}`, `${name} --json`).split(' '), registry)
    if (name !== 'call') expect(parsed).toMatchObject({ options: { json: true } })
  }
})

test('help --json is the one table from which help is made', async () => {
  const { version, ...document } = (await json('help')) as Record<string, unknown>
  expect(version).toMatch(/^\d+\.\d+\.\d+/)
  await expect(`${JSON.stringify(document, undefined, 2)}\n`).toMatchFileSnapshot(join(fixtures, 'help.json'))
})

test('help exit-codes lists every way to end', async () => {
  const codes = (await json('help', 'exit-codes')) as { code: number; name: string }[]
  expect(new Set(codes.map(({ code }) => code)).size).toBe(codes.length)
  expect(codes).toContainEqual(expect.objectContaining({ code: 124, name: 'deadline' }))
})

test.each<[string, string[]]>([
  ['mi', ['migrate']],
  ['migrate ', ['apply', 'plan', 'status']],
  ['list --d', ['--domain']],
  ['list --mode ', ['development', 'production']],
  ['call hello.', ['hello.Greet', 'hello.ListCities', 'hello.Wait']],
  ['call hello.Greet --l', ['--loud']],
  ['call hello.Greet --no-', ['--no-input', '--no-loud']],
  ['call hello.Greet --name ', []],
  ['call hello.Greet Ann --format ', ['json', 'table', 'yaml']],
  ['describe hello.G', ['hello.Greet']],
  ['call nothing.Nope --', []],
  ['--ver', ['--verbose', '--version']],
  ['--mode production mig', ['migrate']],
  ['--mode=prod', ['--mode=production']],
  ['list --mode = prod', ['production']],
  ['list --mode =', ['development', 'production']],
  ['call --format json hello.G', ['hello.Greet']],
  ['call --app no-such-file.ts hello.', []],
  ['help ex', ['exit-codes']],
  ['help migrate ', ['apply', 'plan', 'status']],
  ['completion ', ['bash', 'fish', 'zsh']],
])('completes "heddle %s" with %j', async (words, expected) => {
  const { out } = await heddle('complete', ...hello, '--', ...words.split(' '))
  expect(out.split('\n').filter(Boolean)).toEqual(expected)
})

test('the exit codes in the documentation are those of the table', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/cli.md'), 'utf8')
  const shown = [...page.matchAll(/^\| (\d+) \| ([\w-]+) \| (.+) \|$/gm)].map(([, code, name, summary]) => ({
    code: Number(code),
    name,
    summary,
  }))
  expect(shown).toEqual(await json('help', 'exit-codes'))
})

test('check compares with a manifest at a URL, also with one in an outcome', async () => {
  const { out } = await heddle('call', 'heddle.Manifest', ...hello)
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/manifest' ? 200 : 404
    response.end(out)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const check = (path: string) => heddle('check', '--against', `http://127.0.0.1:${port}${path}`, ...hello)
  expect(await check('/manifest')).toMatchObject({ code: 0, out: 'safe: nothing changed\n' })
  expect(await check('/other')).toMatchObject({
    code: 69,
    err: expect.stringContaining('(it answers 404) cannot be reached'),
  })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect(await check('/manifest')).toMatchObject({ code: 69, err: expect.stringContaining('Unavailable: ') })
})

test('check compares with what a served app tells its clients, given its address alone', async () => {
  const path = join(folder, 'deployed.json')
  await heddle('manifest', '--out', path, ...hello)
  const told = publicManifest(JSON.parse(readFileSync(path, 'utf8')) as Manifest, 'http')
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/_heddle/manifest.json' ? 200 : 404
    response.end(JSON.stringify(told))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const against = ['--against', `http://127.0.0.1:${port}`]
  expect(await heddle('check', ...against, ...hello)).toMatchObject({ code: 0, out: 'safe: nothing changed\n' })
  const narrowed = ['--app', join(fixtures, 'hello-narrowed.ts'), '--folder', join(folder, 'data')]
  const { code, out } = await heddle('check', ...against, ...narrowed)
  expect([code, out]).toEqual([2, expect.stringMatching(/^breaking +command hello\.ListCities +/m)])
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('a data folder that cannot be made is told in one sentence', async () => {
  writeFileSync(join(folder, 'file'), '')
  const where = join(folder, 'file', 'data')
  const notes = ['--app', join(fixtures, 'notes.ts'), '--folder', where]
  for (const words of [['start'], ['migrate', 'status'], ['call', 'notes.AddNote', '--json']]) {
    const { code, out, err } = await heddle(...words, ...notes)
    expect([code, out + err]).toEqual([78, expect.stringContaining(`the folder ${where} cannot be made (ENOTDIR)`)])
  }
})
