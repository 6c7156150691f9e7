import { PassThrough } from 'node:stream'
import { app, command, sensitive } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { callCommand } from '../call-command.ts'
import { memoryIo } from '../io.ts'
import { appTarget } from '../target.ts'

const open = command('bank.OpenAccount', {
  input: z.object({
    owner: z.string().min(2).describe('Whose it is'),
    kind: z.enum(['giro', 'savings']),
    limit: z.int().positive(),
    joint: z.boolean(),
    pin: sensitive(z.string().length(4)),
    tags: z.array(z.string()),
    address: z.object({ city: z.string() }),
    note: z.string().optional(),
  }),
  output: z.unknown(),
  access: 'public',
  run: ({ input }) => input,
})

const down = '\u001b[B'
const enter = '\r'

/** A terminal at which keys are pressed: by question the first ones when it stands there, the next ones when it is refused. */
function typist(answers: Readonly<Record<string, readonly string[]>>) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input })
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40 })
  const asked: string[] = []
  let shown = ''
  let refusals = 0
  const press = (keys: string | undefined) => keys !== undefined && setImmediate(() => input.write(keys))
  output.on('data', (chunk: Buffer) => {
    const text = chunk.toString()
    shown += text
    const name = Object.keys(answers).find((each) => text.includes(`◆  ${each}`))
    if (name !== undefined && asked.at(-1) !== name) {
      asked.push(name)
      refusals = 0
      press(answers[name]![0])
    } else if (text.includes('▲')) press(answers[asked.at(-1)!]![++refusals])
  })
  return { terminal: { input, output }, shown: () => shown, asked }
}

async function call(terminal: Parameters<typeof memoryIo>[0], ...argv: string[]) {
  const running = await app('bank', { parts: [open] }).open({ environment: {} })
  const io = memoryIo(terminal)
  const code = await callCommand(appTarget(running), 'bank.OpenAccount', argv, { io })
  await running.close()
  return { code, out: io.text(), err: io.errors() }
}

const all = ['--owner', 'Ann', '--kind', 'giro', '--limit', '5', '--joint', '--pin', '1234', '--tags', 'a']

test('where nobody sits nothing is asked: what is missing is an error of the input', async () => {
  const { code, out } = await call({}, '--json')
  expect(code).toBe(65)
  expect(JSON.parse(out)).toMatchObject({ ok: false })
})

test('a person is asked for what is missing alone, on the error stream', async () => {
  const { terminal, shown, asked } = typist({ 'address-city (text)': ['Rome\r'] })
  const { code, out } = await call({ terminal }, ...all, '--json')
  expect(JSON.parse(out)).toMatchObject({ ok: true, value: { owner: 'Ann', address: { city: 'Rome' } } })
  expect(code).toBe(0)
  expect(asked).toEqual(['address-city (text)'])
  expect(shown()).not.toContain('owner')
})

test.each([
  ['with --no-input', ['--no-input']],
  ['where the input is given whole', ['--input', '{}']],
  ['where it comes from standard input', ['--stdin']],
])('nobody is asked %s', async (_name, flags) => {
  const { terminal, shown } = typist({})
  expect(await call({ terminal, stdin: '{}' }, ...flags)).toMatchObject({ code: 65 })
  expect(shown()).toBe('')
})

test('each type is asked for in its way, what does not fit is refused at once, and a secret is not shown', async () => {
  const { terminal, shown, asked } = typist({
    'owner: Whose it is': [`A${enter}`, `nn${enter}`],
    'kind (': [down + enter],
    'limit (': [`-5${enter}`, `\u00155${enter}`],
    'joint (': [enter],
    'pin (': [`123${enter}`, `4${enter}`],
    'tags (': [`a${enter}`],
    'tags, or nothing to go on': [enter],
    'address-city (': [`Rome${enter}`],
  })
  const { code, out } = await call({ terminal }, '--json')
  expect(asked).toHaveLength(8)
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    ok: true,
    value: {
      owner: 'Ann',
      kind: 'savings',
      limit: 5,
      joint: true,
      pin: '1234',
      tags: ['a'],
      address: { city: 'Rome' },
    },
  })
  expect(shown()).not.toMatch(/1234|◆ {2}note/)
  expect(shown()).toContain('Too small: expected string to have >=2 characters')
})

test('Ctrl-C at a question cancels the call', async () => {
  const { terminal } = typist({ 'owner: Whose it is': ['\u0003'] })
  expect(await call({ terminal }, '--json')).toMatchObject({ code: 130, err: expect.stringContaining('Cancelled') })
})
