import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { brokenLinks } from './broken-links.ts'
import { exportsOf } from './documented.ts'
import { entryPoints } from './entry-points.ts'
import type { Reflection } from './typedoc.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-api-reference-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every module that users can import is an entry point, those of heddle first', () => {
  const entries = entryPoints(join(import.meta.dirname, '../..'))
  const names = entries.map(({ name }) => name)
  expect(names[0]).toBe('heddle')
  expect(names).toEqual(expect.arrayContaining(['heddle/testing', '@heddle/core', '@heddle/serve/docs']))
  expect(names.findIndex((name) => name.startsWith('@'))).toBe(names.filter((name) => !name.startsWith('@')).length)
  for (const { file } of entries) expect([file, existsSync(file)]).toEqual([file, true])
})

test('a link to a page or a place that is not there is found, one that leads somewhere is not', () => {
  mkdirSync(join(folder, 'below'))
  writeFileSync(join(folder, 'a.html'), '<a href="below/b.html#here">b</a> <a href="https://elsewhere.example">c</a>')
  writeFileSync(
    join(folder, 'below/b.html'),
    '<p id="here"></p> <a href="#here">1</a> <a class="x" href="#gone">2</a> <a href="../c.html">3</a>',
  )
  expect(brokenLinks(folder)).toEqual(['below/b.html: #gone leads nowhere', 'below/b.html: ../c.html leads nowhere'])
})

const declared = (name: string, rest: Partial<Reflection> = {}): Reflection => ({
  name,
  sources: [{ fullFileName: `/work/${name}.ts`, fileName: `${name}.ts`, line: 3 }],
  hasComment: () => false,
  isReference: () => false,
  ...rest,
})
const told = { hasComment: () => true }

test('what several modules export counts once, and a comment of a signature or of a type of the same name counts', () => {
  const add = declared('add', { signatures: [declared('add', told)] })
  const again = declared('plus', { isReference: () => true, tryGetTargetReflectionDeep: () => add })
  const modules = [
    declared('first', { children: [add, declared('Money'), declared('Money', told), declared('lost')] }),
    declared('second', { children: [again] }),
  ]
  expect(exportsOf(modules, '/work')).toEqual([
    { name: 'add', isDocumented: true, at: 'add.ts:3' },
    { name: 'Money', isDocumented: true, at: 'Money.ts:3' },
    { name: 'lost', isDocumented: false, at: 'lost.ts:3' },
  ])
})
