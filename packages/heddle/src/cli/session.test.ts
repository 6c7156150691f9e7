import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { Session, type ToolValues } from './session.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-session-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const shop = join(root, 'apps/shop')
mkdirSync(join(shop, 'src'), { recursive: true })
writeFileSync(join(root, 'package.json'), '{"heddle":{"app":"apps/shop/src/main.ts"}}')
writeFileSync(join(shop, 'package.json'), '{"heddle":{"app":"src/main.ts"}}')
writeFileSync(join(shop, 'src/main.ts'), '')

const folder = (cwd: string, values: ToolValues = {}, environment: Record<string, string> = {}) =>
  new Session({ io: memoryIo(), cwd, environment, signal: new AbortController().signal, entry: 'unused' }, values)
    .folder

test('an app has one data folder, however it is found', () => {
  const expected = join(shop, '.heddle')
  expect(folder(shop)).toBe(expected)
  expect(folder(join(shop, 'src'))).toBe(expected)
  expect(folder(root)).toBe(expected)
  expect(folder(root, { app: 'apps/shop/src/main.ts' })).toBe(expected)
  expect(folder(tmpdir(), {}, { HEDDLE_APP: join(shop, 'src/main.ts') })).toBe(expected)
})

test('a folder that is named wins, and one without an app has its own', () => {
  expect(folder(shop, { folder: 'elsewhere' })).toBe(join(shop, 'elsewhere'))
  expect(folder(shop, {}, { HEDDLE_FOLDER: '../data' })).toBe(join(root, 'apps/data'))
  const bare = mkdtempSync(join(root, 'bare-'))
  writeFileSync(join(bare, 'package.json'), '{}')
  expect(folder(bare)).toBe(join(bare, '.heddle'))
})
