import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-template-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const blog = [
  '--app',
  join(import.meta.dirname, '../../../../examples/guide/templates.ts'),
  '--folder',
  join(folder, 'data'),
]

const heddle = async (...argv: string[]) => {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  return { code: await main([...argv, ...blog], around), out: io.text(), err: io.errors() }
}

test('templates list and search print the templates of the app', async () => {
  const listed = await heddle('templates', 'list')
  expect(listed.code).toBe(0)
  expect(listed.out.split('\n')).toEqual([
    'name            aliases      tags       summary',
    'text.Normalize  clean, tidy  text       Bring text into one form',
    'text.Slug                    text, web  Make a name for an address',
    '',
  ])
  const found = await heddle('templates', 'search', 'text web', '--json')
  expect(JSON.parse(found.out)).toMatchObject([{ name: 'text.Slug' }])
  expect((await heddle('templates', 'search', 'nothing')).out).toBe('no template fits\n')
})

test('templates show tells what can be set', async () => {
  const { code, out } = await heddle('templates', 'show', 'tidy')
  expect(code).toBe(0)
  expect(out).toContain('text.Normalize\n  Bring text into one form\n\naliases  clean, tidy\n')
  expect(out).toContain('  lower?  yes or no = true  Make it lower case\n')
  expect(out).toContain('examples\n  {"most":20}\n')
  const unknown = await heddle('templates', 'show', 'text.Nothing')
  expect(unknown.code).toBe(1)
  expect(unknown.err).toContain('There is no template "text.Nothing"')
})
