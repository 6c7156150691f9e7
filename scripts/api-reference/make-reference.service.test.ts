import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installPeers } from '../../bench/harness/peers.ts'
import { makeReference } from './make-reference.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-make-reference-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(() => expect(installPeers(import.meta.dirname)).toEqual([]), 120_000)

async function referenceOf(name: string, source: string) {
  const root = join(folder, name)
  const file = join(root, 'index.ts')
  mkdirSync(root)
  writeFileSync(file, source)
  const tsconfig = join(root, 'tsconfig.json')
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions: { strict: true, types: [] }, include: ['*.ts'] }))
  const out = join(root, 'out')
  const made = await makeReference({ name, root, tsconfig, entries: [{ name: `sums/${name}`, file }], out })
  return { made, read: (path: string) => readFileSync(join(out, path), 'utf8') }
}

test('a reference has a page for each export under the name that users import, and a search', async () => {
  const { made, read } = await referenceOf(
    'whole',
    '/** Adds two numbers: see {@link Sum}. */\nexport const add = (a: number, b: number): Sum => ({ sum: a + b })\n' +
      '/** What came of it. */\nexport interface Sum { sum: number }\n',
  )
  expect(made).toMatchObject({ exported: 2, documented: 2, findings: [] })
  expect(read('index.html')).toContain('sums/whole')
  expect(read('functions/sums_whole.add.html')).toContain('Adds two numbers')
  expect(read('assets/search.js').length).toBeGreaterThan(100)
})

test('an export without a comment and a link that leads nowhere are told', async () => {
  const { made } = await referenceOf(
    'broken',
    'export const bare = 1\n/** As {@link nothing} does. */\nexport const told = 2\n',
  )
  expect(made).toMatchObject({ exported: 2, documented: 1 })
  expect(made.findings).toEqual([
    expect.stringContaining('nothing'),
    'index.ts:1: bare is public and has no comment: say what it is for',
  ])
})
