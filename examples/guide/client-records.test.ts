import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateClient } from 'heddle/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import declared, { surface } from './client-records.ts'
import { runPage } from './run-page.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-client-records-'))
const library = await declared.open({ folder })
beforeAll(() => library.start())
afterAll(async () => {
  await library.close({ graceMs: 100 })
  rmSync(folder, { recursive: true, force: true })
})

test('the code of the page compiles in strict mode and loads records', { timeout: 60_000 }, async () => {
  expect(await runPage('client-records.md', library, surface.url!)).toEqual([
    'loaded Warp true',
    'author Ann Loom',
    'whole Ann Loom',
    'data/book:NotFound',
  ])
})

test('each variant of a record is a type, and has a constant where a query gives it by its key', () => {
  const text = generateClient(library.manifest)['library.ts']!
  const types = [...text.matchAll(/^export (?:type|interface) (\w+(?:Unloaded|Atom|Aggregate))\b/gm)]
  expect(types.map(([, name]) => name)).toEqual([
    'AuthorAtom',
    'AuthorUnloaded',
    'BookAggregate',
    'BookAtom',
    'BookUnloaded',
  ])
  expect([...text.matchAll(/^export const (\w+): Loader/gm)].map(([, name]) => name)).toEqual([
    'authorAtom',
    'bookAggregate',
    'bookAtom',
  ])
  expect(text).toContain('export type FindBookKeysValue = readonly BookUnloaded[]')
  expect(text).toContain('  readonly author: AuthorUnloaded\n')
})

test('a command makes queries dirty that are handed what it changes, or tell it inside of another record', () => {
  const text = generateClient(library.manifest)['library.ts']!
  const dirties = (name: string) => {
    const [, own = ''] = text.split(`  name: 'library.${name}',`)
    return own.slice(own.indexOf('dirties:'), own.indexOf('\n}\n'))
  }
  expect(dirties('AddBook')).toContain("'library.FindBook'")
  expect(dirties('AddAuthor')).toContain("'library.FindWholeBook'")
})
