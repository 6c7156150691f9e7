import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from './main.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

test('a job on a thread of its own needs no module where the tool starts its app', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-job-thread-'))
  folders.push(folder)
  const asked = new AbortController()
  const app = join(import.meta.dirname, '../../fixtures/copies-there.ts')
  const heddle = async (words: string[], signal = new AbortController().signal) => {
    const io = memoryIo()
    const around = { io, cwd: folder, environment: {}, signal, entry: 'unused' }
    const code = await main([...words, '--app', app, '--folder', folder], around)
    return { code, out: io.text() }
  }
  const served = heddle(['start'], asked.signal)
  const shown = async () => (await heddle(['jobs', 'show', 'notes.CopyNotes'])).out
  await expect.poll(shown, { timeout: 50_000 }).toContain('notes.CopyNotes is ended\n')
  expect(await shown()).toMatch(/^thread +its own$/m)
  expect((await heddle(['jobs', 'list'])).out).toMatch(/^notes\.CopyNotes +ended +its own /m)
  expect((await heddle(['jobs', 'explain', 'notes.CopyNotes'])).out).toMatch(/^thread +its own$/m)
  expect(await shown()).toMatch(/^sink +table +unit +2\b/m)
  asked.abort()
  expect((await served).code).toBe(0)
})
