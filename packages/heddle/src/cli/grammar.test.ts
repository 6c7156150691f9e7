import { memoryIo } from '@heddle/serve'
import { expect, test } from 'vitest'
import { complete } from './complete.ts'
import { helpDocument } from './help-document.ts'
import { main } from './main.ts'
import { helpText } from './program.ts'
import { registry } from './registry.ts'

/** `heddle help --json` is the one source: help, completion and the grammar are compared with it. */

interface Argument {
  readonly name: string
  readonly type: string
  readonly summary: string
  readonly choices?: readonly string[]
}

const document = helpDocument(registry) as unknown as {
  readonly options: readonly Argument[]
  readonly commands: readonly {
    readonly name: string
    readonly summary: string
    readonly example: string
    readonly arguments: readonly Argument[]
    readonly options?: readonly Argument[]
  }[]
}
const { commands, options } = document
const names = commands.map(({ name }) => name)
const noApp = () => Promise.resolve({})

/** What may follow a noun; a new verb is a decision, and is made here. */
const verbs =
  'list show search add put remove create rotate revoke explain level plan apply status replay drop test rebuild rotate-data validate run diff merge tag rollback start await signal cancel pause resume restore retry reset fork export migrate next backfill answer reload'.split(
    ' ',
  )

test('a command is a verb, or a noun and a verb, and no noun is a command', () => {
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) {
    expect(name).toMatch(/^[a-z]+( [a-z-]+)?$/)
    const [noun, verb] = name.split(' ')
    if (verb === undefined) continue
    expect(names).not.toContain(noun)
    expect(verbs, `heddle ${name}`).toContain(verb)
  }
})

test('each command says what it does in a sentence, and its example is a call of it', () => {
  for (const { name, summary, example } of commands) {
    expect(summary, name).toMatch(/^[A-Z].*\.$/)
    expect(`${example} `).toMatch(new RegExp(`^heddle ${name} `))
  }
})

test.each(commands)('help of "$name" tells what help --json tells', ({ name, summary, arguments: own }) => {
  const text = helpText(registry, name.split(' ')).replaceAll(/\s+/g, ' ')
  expect(text).toContain(summary)
  const shared = name === 'call' ? [] : options
  for (const argument of [...own, ...shared]) {
    expect(text).toContain(argument.name)
    expect(text).toContain(argument.summary)
  }
})

test.each(commands)('completion of "$name" offers the flags that help --json tells', async (command) => {
  const { name, arguments: own, options: beside = [] } = command
  const words = name.split(' ')
  const expected = [...own, ...options, ...beside]
    .map((argument) => argument.name)
    .filter((each) => each.startsWith('--'))
  if (name === 'help') return expect(await complete([...words, 'ex'], registry, noApp)).toEqual(['exit-codes'])
  const found = await complete([...words, '--'], registry, noApp)
  expect(found.filter((flag) => flag !== '--help')).toEqual(
    [...new Set(expected)].filter((flag) => flag !== '--help').sort(),
  )
  for (const { name: flag, choices } of [...own, ...options, ...beside]) {
    if (choices) {
      const before = flag.startsWith('--') ? [...words, flag] : words
      expect(await complete([...before, ''], registry, noApp)).toEqual([...choices].sort())
    }
  }
  return undefined
})

test('completion offers each first word, and after a noun its verbs', async () => {
  const firsts = [...new Set(names.map((name) => name.split(' ')[0]!))].sort()
  expect(await complete([''], registry, noApp)).toEqual(firsts)
  for (const noun of firsts) {
    const after = names.filter((name) => name.startsWith(`${noun} `)).map((name) => name.split(' ')[1]!)
    if (after.length > 0) expect(await complete([noun, ''], registry, noApp)).toEqual(after.sort())
  }
})

const heddle = async (...argv: string[]) => {
  const io = memoryIo()
  const around = { io, cwd: '/', environment: {}, signal: new AbortController().signal, entry: 'unused' }
  return { code: await main(argv, around), out: io.text(), err: io.errors() }
}

test('every command prints its one value as a table, JSON or YAML, its errors too', async () => {
  const { out } = await heddle('help', 'exit-codes', '--format', 'yaml')
  expect(out).toMatch(/^- code: 0\n {2}name: ok\n/)
  expect((await heddle('help', 'exit-codes', '--format=json')).out).toMatch(/^\[\{"code":0,"name":"ok"/)
  const { parse } = await import('yaml')
  const failed = await heddle('list', '--app', 'nothing.ts', '--format', 'yaml')
  expect(parse(failed.out)).toMatchObject({ ok: false, errors: [{ code: 'InvalidAppFile' }] })
  expect(failed.err).toContain('InvalidAppFile')
  const unread = await heddle('list', '--nothing', '--format=yaml')
  expect(parse(unread.out)).toMatchObject({ ok: false, errors: [{ code: 'InvalidUsage' }] })
  const both = await heddle('list', '--json', '--format', 'yaml')
  expect(both).toMatchObject({ code: 64, err: expect.stringContaining('exclude each other') })
})
