import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findAppFile } from './find.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-find-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const plant = (name: string, files: Record<string, string>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true })
    writeFileSync(join(root, name, path), text)
  }
  return join(root, name)
}

test.each<[string, Record<string, string>, string, string]>([
  ['app.ts', { 'package.json': '{}', 'app.ts': '', 'src/app.ts': '' }, '.', 'app.ts'],
  ['src/app.ts', { 'package.json': '{}', 'src/app.ts': '' }, '.', 'src/app.ts'],
  [
    'what package.json names',
    { 'package.json': '{"heddle":{"app":"lib/main.ts"}}', 'lib/main.ts': '', 'app.ts': '' },
    '.',
    'lib/main.ts',
  ],
  ['the same from a folder inside', { 'package.json': '{}', 'app.ts': '', 'docs/x.md': '' }, 'docs', 'app.ts'],
])('finds %s', (name, files, from, expected) => {
  const folder = plant(name.replaceAll(/\W/g, '-'), files)
  expect(findAppFile(join(folder, from))).toBe(join(folder, expected))
})

test.each<[string, Record<string, string>, string | undefined, string, RegExp?]>([
  ['nothing', { 'package.json': '{}' }, undefined, 'there is no app here'],
  ['a file that is not there', { 'package.json': '{}' }, 'x.ts', 'there is no such file'],
  ['a folder', { 'package.json': '{}', 'x/y.ts': '' }, 'x', 'it is a folder, not a file'],
  [
    'a stated file that is not there',
    { 'package.json': '{"heddle":{"app":"x.ts"}}' },
    undefined,
    'although heddle.app in package.json names it',
  ],
  [
    'a statement that is no path',
    { 'package.json': '{"heddle":{"app":7}}' },
    undefined,
    'heddle.app is not the path of a file',
    /src\/app\.ts/,
  ],
  ['a broken package.json', { 'package.json': '{' }, undefined, 'JSON', /^Correct it/],
])('%s is told', (name, files, named, reason, advice = /--app/) => {
  const folder = plant(`bad-${name.replaceAll(/\W/g, '-')}`, files)
  expect(() => findAppFile(folder, named)).toThrow(
    expect.objectContaining({
      code: 'InvalidAppFile',
      data: expect.objectContaining({ reason: expect.stringContaining(reason) }),
      help: expect.stringMatching(advice),
    }),
  )
})
