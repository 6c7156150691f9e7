import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { writePages } from './api-reference.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = (path: string) => readFileSync(join(folder, path), 'utf8')

test('the team gets a page for everything, with addresses of commands, fields and errors', () => {
  expect(writePages(join(folder, 'team'), 'team')).toEqual([
    'index.html',
    'errors.html',
    'surfaces.html',
    'requirements.html',
    'commands/library.LendBook.html',
    'commands/library.TakeBook.html',
    'commands/library.TidyShelves.html',
    'events/library.Lent.html',
  ])
  const page = read('team/commands/library.LendBook.html')
  for (const told of [
    'A book is lent for four weeks.',
    'id="input.book"',
    'id="domain:AllLent"',
    'All of them are lent until {back}. Ask for it to be kept for you.',
    'POST /loans',
    'heddle call library.LendBook --book weaving --reader c-17',
    'LIB-3',
  ])
    expect(page).toContain(told)
  expect(read('team/commands/library.TakeBook.html')).toContain('gone after 2027-05-01')
})

test('everybody gets what is served, and nothing that is closed', () => {
  const pages = writePages(join(folder, 'everybody'), 'everybody')
  expect(pages).toContain('commands/library.LendBook.html')
  const texts = pages.map((path) => read(`everybody/${path}`)).join('\n')
  for (const inside of ['TidyShelves', 'LIB-3', 'heddle call']) expect(texts).not.toContain(inside)
})

test('the same app gives the same bytes', () => {
  const pages = writePages(join(folder, 'one'), 'team')
  writePages(join(folder, 'two'), 'team')
  for (const path of pages) expect(read(`one/${path}`)).toBe(read(`two/${path}`))
})
