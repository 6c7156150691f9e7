import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { parseFills } from '../migrate/fills.ts'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-migrate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const migrations = ['--migrations', join(folder, 'migrations')]
const heddle = async (app: string, ...argv: string[]) => {
  const io = memoryIo()
  const file = join(import.meta.dirname, '../../fixtures', app)
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const code = await main([...argv, '--app', file, '--folder', join(folder, 'data')], around)
  return { code, out: io.text(), err: io.errors() }
}

test('a table is planned, applied, and grown by a field that a command fills', async () => {
  const [notes, grown] = ['notes.ts', 'notes-grown.ts']
  expect(await heddle(notes, 'migrate', 'status', ...migrations)).toMatchObject({
    code: 0,
    out: 'there are no migration files\n',
  })
  expect(await heddle(notes, 'migrate', 'plan', '--dry-run', ...migrations)).toMatchObject({
    code: 0,
    out: expect.stringContaining('would be written'),
  })
  expect((await heddle(notes, 'migrate', 'plan', ...migrations)).out).toContain(
    '0001-add-table-notes-note.json written',
  )
  expect((await heddle(notes, 'migrate', 'plan', ...migrations)).out).toBe('nothing changed since the last migration\n')
  expect(await heddle(notes, 'migrate', 'status', ...migrations)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^open /m),
  })
  expect((await heddle(notes, 'migrate', 'apply', ...migrations)).out).toBe('applied 0001-add-table-notes-note.json\n')
  expect((await heddle(notes, 'migrate', 'apply', ...migrations)).out).toBe('nothing is open\n')
  expect(await heddle(notes, 'call', 'notes.AddNote', 'Weave', '--mode', 'production')).toMatchObject({ code: 0 })

  // Old records have no length: neither planned without a value, nor opened before it is applied.
  expect(await heddle(grown, 'migrate', 'plan', ...migrations)).toMatchObject({
    code: 1,
    out: expect.stringContaining('old records need a value'),
  })
  expect(await heddle(grown, 'call', 'notes.ListNotes')).toMatchObject({
    code: 78,
    err: expect.stringContaining('MigrationNeeded: '),
  })
  const fill = ['--fill', 'notes.Note.length=@notes.MeasureNotes']
  expect(await heddle(grown, 'migrate', 'plan', '--name', 'add-length', ...fill, ...migrations)).toMatchObject({
    code: 0,
  })
  expect((await heddle(grown, 'migrate', 'apply', ...migrations)).out).toBe('applied 0002-add-length.json\n')
  expect(JSON.parse((await heddle(grown, 'call', 'notes.ListNotes')).out)).toEqual({
    ok: true,
    value: [{ text: 'Weave', length: 5 }],
  })
  expect(await heddle(grown, 'migrate', 'status', ...migrations)).toMatchObject({ code: 0 })
  expect((await heddle(grown, 'doctor')).out).toMatch(/^ok {4}database .* format \d+, journal wal/m)
})

test('an app without a database has nothing to migrate', async () => {
  expect(await heddle('hello.ts', 'migrate', 'status')).toMatchObject({
    code: 78,
    err: expect.stringContaining('needs a database'),
  })
})

test('the group alone tells what is in it', async () => {
  const { code, out } = await heddle('notes.ts', 'migrate')
  expect(code).toBe(0)
  expect(out).toContain('Apply the migration files that are open')
})

test.each<[string, unknown]>([
  ['a.B.c=3', { value: 3 }],
  ['a.B.c=-3.5', { value: -3.5 }],
  ['a.B.c=true', { value: true }],
  ['a.B.c=null', { value: null }],
  ['a.B.c=nobody', { value: 'nobody' }],
  ['a.B.c="3"', { value: '3' }],
  ['a.B.c=3rd', { value: '3rd' }],
  ['a.B.c=', { value: '' }],
  ['a.B.c=@a.FillC', { command: 'a.FillC' }],
])('the fill %s is %j', (pair, fill) => {
  expect(parseFills([pair])).toEqual({ 'a.B.c': fill })
})
