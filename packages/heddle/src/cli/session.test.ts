import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from './main.ts'
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

test('what an app declares relatively lies in its own folder, wherever its data and the caller are', async () => {
  const home = mkdtempSync(join(root, 'migrated-'))
  symlinkSync(join(import.meta.dirname, '../../../../node_modules'), join(home, 'node_modules'))
  mkdirSync(join(home, 'db/migrations'), { recursive: true })
  writeFileSync(join(home, 'package.json'), '{"type":"module"}')
  writeFileSync(
    join(home, 'app.ts'),
    `import { app, entity, sqlite } from 'heddle'
import { z } from 'zod'
const Note = entity('notes.Note', { key: 'id', fields: { id: z.uuid() } })
export default app('notes', { database: sqlite({ migrations: 'db/migrations' }), parts: [Note] })
`,
  )
  const heddle = async (...argv: string[]) => {
    const io = memoryIo()
    const around = { io, cwd: root, environment: {}, signal: new AbortController().signal, entry: 'unused' }
    const code = await main([...argv, '--app', join(home, 'app.ts'), '--folder', join(root, 'data')], around)
    return { code, out: io.text(), err: io.errors() }
  }
  expect(await heddle('migrate', 'plan', '--name', 'first')).toMatchObject({ code: 0, err: '' })
  expect(existsSync(join(home, 'db/migrations/0001-first.json'))).toBe(true)
  expect(await heddle('migrate', 'status')).toMatchObject({ code: 1, out: expect.stringContaining('0001-first.json') })
  expect(await heddle('doctor')).toMatchObject({ out: expect.stringContaining('not applied: 0001-first.json') })
  expect(await heddle('call', 'heddle.Ping', '--mode', 'production')).toMatchObject({
    code: 78,
    err: expect.stringContaining('0001-first.json is not applied'),
  })
  expect(await heddle('migrate', 'apply')).toMatchObject({ code: 0, out: 'applied 0001-first.json\n' })
  expect(await heddle('call', 'heddle.Ping', '--mode', 'production')).toMatchObject({ code: 0 })
})
