import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-check-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const deployed = join(folder, 'deployed.json')
const migrations = ['--migrations', join(folder, 'migrations')]
const heddle = async (app: string, ...argv: string[]) => {
  const io = memoryIo()
  const file = join(import.meta.dirname, '../../fixtures', app)
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const code = await main([...argv, '--app', file, '--folder', join(folder, 'data')], around)
  return { code, out: io.text(), err: io.errors() }
}
const check = (app: string) => heddle(app, 'check', '--against', deployed, ...migrations)

test('a new entity needs a migration until its file is written, and is safe then', async () => {
  expect(await heddle('notes.ts', 'manifest', '--out', deployed)).toMatchObject({ code: 0 })
  const manifest = JSON.parse(readFileSync(deployed, 'utf8')) as { parts: Record<string, unknown> }
  delete manifest.parts['entity']
  writeFileSync(deployed, JSON.stringify(manifest))

  const before = await check('notes.ts')
  expect(before).toMatchObject({ code: 1, err: '' })
  expect(before.out).toMatch(/^migration +entity notes\.Note +new entity notes\.Note/m)
  expect(before.out).toContain('its migration is to be written by `heddle migrate plan`')
  expect(await heddle('notes.ts', 'migrate', 'plan', '--name', 'first', ...migrations)).toMatchObject({ code: 0 })
  const after = await check('notes.ts')
  expect(after).toMatchObject({ code: 0, err: '' })
  expect(after.out).toMatch(/^safe +entity notes\.Note +new entity notes\.Note/m)
  expect(after.out).toContain('Stored records stay as they are; 0001-first.json makes the change.')
})

test('a field that old records lack breaks until a file fills it, and is a migration then', async () => {
  expect(await heddle('notes.ts', 'manifest', '--out', deployed)).toMatchObject({ code: 0 })
  expect(await check('notes-grown.ts')).toMatchObject({ code: 2, out: expect.stringContaining('old records need') })
  const fill = ['--fill', 'notes.Note.length=@notes.MeasureNotes']
  expect(await heddle('notes-grown.ts', 'migrate', 'plan', '--name', 'length', ...fill, ...migrations)).toMatchObject({
    code: 0,
  })
  expect(await check('notes-grown.ts')).toMatchObject({
    code: 1,
    out: expect.stringContaining('Stored records get a value; 0002-length.json makes the change.'),
  })
})
