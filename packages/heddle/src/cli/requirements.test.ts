import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command, Defect, event } from '@heddle/core'
import { parsePlan } from '@heddle/pipeline'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-requirements-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function heddle(...words: string[]) {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const fixture = join(import.meta.dirname, '../../fixtures/inn.ts')
  const code = await main([...words, '--app', fixture, '--folder', folder], around)
  return { code, out: io.text(), err: io.errors() }
}

function expectedIn(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return name
}

test('each requirement is told with the commands, events and steps that name it', async () => {
  const { code, out } = await heddle('requirements', 'list', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    requirements: [
      { id: 'FR-1', summary: '', metBy: [{ kind: 'command', name: 'inn.BookRoom' }] },
      {
        id: 'FR-2',
        summary: '',
        metBy: [
          { kind: 'event', name: 'inn.Booked' },
          { kind: 'step', name: 'inn.Stay', step: 'arrived' },
        ],
      },
      { id: 'FR-3', summary: '', metBy: [{ kind: 'command', name: 'inn.PriceStay' }] },
      { id: 'FR-9', summary: '', metBy: [{ kind: 'step', name: 'inn.PriceStay', step: 'reduced' }] },
      { id: 'FR-12', summary: '', metBy: [{ kind: 'command', name: 'inn.BookRoom' }] },
    ],
    missing: [],
    unknown: [],
  })
  expect((await heddle('requirements', 'list')).out).toMatch(
    /^id +met by\nFR-1 +inn\.BookRoom\nFR-2 +event inn\.Booked, step arrived of inn\.Stay\n/,
  )
})

test('an expected requirement that nothing meets, and one that is not expected, end with 1', async () => {
  const all =
    'FR-1: A guest books a room\nFR-2: Whoever books is told so\nFR-3:\nFR-9: Long stays cost less\nFR-12: x\n'
  const whole = await heddle('requirements', 'list', '--expected', expectedIn('all.yaml', all))
  expect(whole.code).toBe(0)
  expect(whole.out).toMatch(/FR-1 +A guest books a room +inn\.BookRoom/)

  const more = await heddle('requirements', 'list', '--expected', expectedIn('more.yaml', `${all}UI-7: A page\n`))
  expect(more.code).toBe(1)
  expect(more.out).toMatch(/UI-7 +A page +nothing\n\nnothing meets UI-7\n$/)

  const list = expectedIn('fewer.json', '["FR-1", "FR-2", "FR-3", "FR-9"]')
  const fewer = await heddle('requirements', 'list', '--expected', list)
  expect(fewer.code).toBe(1)
  expect(fewer.out).toMatch(/\nfewer\.json does not know FR-12\n$/)
})

test('a file that holds no ids is refused', async () => {
  for (const text of ['FR-1', '- 7', '{ FR 1: x }']) {
    const refused = await heddle('requirements', 'list', '--expected', expectedIn('wrong.yaml', text))
    expect(refused).toMatchObject({ code: 64, err: expect.stringContaining('wrong.yaml holds no ids') })
  }
  expect((await heddle('requirements', 'list', '--expected', 'none.yaml')).err).toContain('none.yaml cannot be read')
})

test('a command is described with the requirements that it meets', async () => {
  expect((await heddle('describe', 'inn.BookRoom')).out).toContain('\n  meets FR-1, FR-12\n')
  expect((await heddle('describe', 'inn.Stay')).out).not.toContain('meets')
})

test('what is no id is refused where it is written', () => {
  const types = { input: z.object({}), output: z.object({}) }
  expect(() => command('inn.Open', { ...types, requirements: ['FR 1'], run: () => ({}) })).toThrow(Defect)
  expect(() => event('inn.Opened', { data: z.object({}), requirements: [''] })).toThrow('is no id of a requirement')
  const text = 'heddle: 1\npipeline: inn.Open\nsteps:\n  - { id: a, call: inn.Book, requirements: [FR 1] }\n'
  const parsed = parsePlan(text, 'open.yaml')
  expect(parsed.ok).toBe(false)
  expect(parsed.ok ? [] : parsed.errors.map(({ message }) => message)).toEqual([
    expect.stringContaining('expected e.g. FR-12'),
  ])
})
