import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { jsonLine, table } from './report.ts'
import { measureGroup } from './rounds.ts'
import { runSuite } from './run-suite.ts'
import { median, quartiles } from './statistics.ts'
import type { Measured, Suite } from './types.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-harness-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const contender = (body: string, answer = '(given) => given'): string =>
  `export const contender = { open: async () => ({ call: (input) => { ${body} }, answer: ${answer} }) }\n`
const files: Record<string, string> = {
  'double.ts': contender('return input * 2'),
  'slow.ts': contender('let x = 0; for (let i = 0; i < 20_000; i++) x += i % 7; return x < 0 ? 0 : input * 2'),
  'wrong.ts': contender('return input * 3'),
  'telling.ts': `export const contender = { open: async () => {
    let calls = 0
    return { call: (input) => (calls++, input * 2), answer: (given) => given, figures: () => ({ calls }) }
  } }\n`,
  'absent.ts': `import { NotHere } from ${JSON.stringify(join(import.meta.dirname, 'not-here.ts'))}
    export const contender = { open: async () => { throw new NotHere('there is no such server here') } }\n`,
  // Right on what is measured, wrong on what is only asked to see whether it checks.
  'lax.ts': contender('return input === -1 ? 0 : input * 2'),
  'missing.ts': `import 'a-package-that-is-not-there'\n`,
  'suite.ts': `export const suite = {
    name: 'planted',
    groups: [{
      name: 'numbers', inputs: [1, 2, 3], expected: (input) => input * 2, controls: [{ input: -1, expected: -2 }],
      contenders: Object.fromEntries(['double', 'slow', 'wrong', 'lax', 'missing', 'absent', 'telling'].map((name) => [name, { file: './' + name + '.ts', operations: 2000 }])),
    }, {
      name: 'many', inputs: [1], expected: (input) => input * 2, long: true,
      contenders: { telling: { file: './telling.ts', operations: 10 } },
    }],
    cases: [{ name: 'double-vs-slow', group: 'numbers', ours: 'double', peer: 'slow', minimum: 2 }],
    figures: [{ name: 'calls', group: 'numbers', figures: [
      { name: 'calls-made', contender: 'telling', figure: 'calls', unit: 'ns', peer: 10_000, minimum: 1 },
      { name: 'calls-vs-telling', contender: 'telling', figure: 'calls', unit: 'ns', peer: 'telling', minimum: 1 },
    ] }, { name: 'long', group: 'many', figures: [
      { name: 'long-calls', contender: 'telling', figure: 'calls', unit: 'ns', peer: 10_000, minimum: 1 },
    ] }],
    memory: [{ name: 'long-memory', group: 'many', contender: 'telling', operations: [10, 100], minimum: 0.1 }],
  }\n`,
}
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
const suiteFile = join(folder, 'suite.ts')
const { suite } = (await import(suiteFile)) as { suite: Suite }
const group = suite.groups[0] as Suite['groups'][number]

test(
  'a contender that answers wrongly has failed, one that is not installed is skipped, the others are measured',
  { timeout: 60_000 },
  async () => {
    const contenders = ['double', 'wrong', 'lax', 'missing', 'absent']
    const { rounds, skipped, failed } = await measureGroup(group, {
      suiteFile,
      contenders,
      rounds: 2,
      isPatient: true,
      scale: 1,
    })
    expect(rounds.get('double')).toHaveLength(2)
    expect([...failed.keys()]).toEqual(['wrong', 'lax'])
    expect(failed.get('wrong')).toContain('strictly deep-equal')
    expect([...skipped]).toEqual([
      ['missing', 'a-package-that-is-not-there is not installed'],
      ['absent', 'there is no such server here'],
    ])
  },
)

test('a figure that a contender tells is set against a limit or another contender', { timeout: 60_000 }, async () => {
  const all: Measured[] = []
  const onMeasured = (one: Measured) => void all.push(one)
  expect(await runSuite(suite, { suiteFile, quick: true, only: 'calls', onNote: () => {}, onMeasured })).toBe(true)
  // Three inputs and a control asked before, 600 calls to warm up, 600 measured.
  expect(all.map(({ case: name, ours, peer, rounds }) => ({ name, ours, peer, rounds }))).toEqual([
    { name: 'calls-made', ours: 1204, peer: 10_000, rounds: 3 },
    { name: 'calls-vs-telling', ours: 1204, peer: 1204, rounds: 3 },
  ])
})

test('a case is the ratio of two medians', { timeout: 60_000 }, async () => {
  const all: Measured[] = []
  const options = {
    suiteFile,
    quick: true,
    only: undefined,
    onNote: () => {},
    onMeasured: (one: Measured) => void all.push(one),
  }
  expect(await runSuite(suite, options)).toBe(true)
  expect(all[0]).toMatchObject({ suite: 'planted', case: 'double-vs-slow', unit: 'ns', rounds: 3, minimum: 2 })
  const [one] = all
  expect(one?.ratio).toBe((one?.peer ?? 0) / (one?.ours ?? 0))
  expect(table(all)).toMatch(/double-vs-slow .* (met|missed) /)
})

test('what takes long is left out of the quick form, unless it is named', { timeout: 60_000 }, async () => {
  const notes: string[] = []
  const measured = async (quick: boolean, only?: string) => {
    const names: string[] = []
    const onMeasured = ({ case: name }: Measured) => void names.push(name)
    // Other notes come and go with the machine: of rounds that were measured again because it was busy, for example.
    const onNote = (note: string) => void (note.startsWith('left out') && notes.push(note))
    expect(await runSuite(suite, { suiteFile, quick, only, onNote, onMeasured })).toBe(true)
    return names
  }
  expect(await measured(true)).toEqual(['double-vs-slow', 'calls-made', 'calls-vs-telling'])
  const leftOut = ['left out, because they take long (--case runs one): long, long-memory']
  expect(notes).toEqual(leftOut)
  expect(await measured(true, 'long')).toEqual(['long-calls'])
  expect(await measured(true, 'long-memory')).toEqual(['long-memory'])
  expect(await measured(false, 'long')).toEqual(['long-calls'])
  expect(notes).toEqual(leftOut)
})

test('a case that does not exist is an error that lists those that do', async () => {
  const notes: string[] = []
  const options = {
    suiteFile,
    quick: true,
    only: 'gone',
    onNote: (note: string) => void notes.push(note),
    onMeasured: () => {},
  }
  expect(await runSuite(suite, options)).toBe(false)
  expect(notes).toEqual(['suite planted has no case "gone", only: double-vs-slow, calls, long, long-memory'])
})

test('a JSON line holds the seven fields and nothing else', () => {
  const measured: Measured = {
    suite: 's',
    case: 'c',
    ours: 100.00049,
    peer: 250,
    ratio: 2.4999877,
    unit: 'ns',
    rounds: 5,
    quartiles: { ours: [1, 2], peer: [3, 4] },
    minimum: 2,
  }
  expect(jsonLine(measured)).toBe('{"suite":"s","case":"c","ours":100,"peer":250,"ratio":2.5,"unit":"ns","rounds":5}')
})

test('medians and quartiles interpolate', () => {
  expect(median([4, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(quartiles([1, 2, 3, 4, 5])).toEqual([2, 4])
})
