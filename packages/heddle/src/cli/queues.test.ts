import { memoryIo } from '@heddle/serve'
import { runsOf } from '@heddle/workflow'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import postOffice, { bring, mail } from '../../fixtures/post-office.ts'
import { withOperations } from '../commands/operations.ts'
import { main } from './main.ts'

const fixture = join(import.meta.dirname, '../../fixtures/post-office.ts')

test('an operator pauses a queue, sees what waits in it, and resumes it, from the command line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-queues-'))
  async function heddle(...words: string[]) {
    const io = memoryIo()
    const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
    const code = await main([...words, '--app', fixture, '--folder', folder], around)
    return { code, out: io.text(), err: io.errors() }
  }
  // Where nobody serves the app it is written down, for whoever does.
  expect(await heddle('queues', 'pause', 'mail')).toMatchObject({ code: 0, out: 'mail is paused\n', err: '' })
  const served = await withOperations(postOffice).open({ folder })
  await served.start()
  try {
    const letters = await runsOf(served).laterAll(bring, [{ to: 'ann' }, { to: 'bob' }], { queue: mail })
    const [first] = letters
    const listed = await heddle('queues', 'list')
    expect(listed).toMatchObject({ code: 0, err: '' })
    expect(listed.out).toMatch(/^mail +paused +2 +0 of 2 +0 of 100 in 3600 s +\d{4}-.*Z +main 2$/m)
    expect(listed.out).toMatch(/^default/m)
    const json = JSON.parse((await heddle('queues', 'show', 'mail', '--json')).out) as object
    expect(json).toMatchObject({ name: 'mail', paused: true, waiting: 2, running: 0, length: 50 })
    expect(json).toMatchObject({ tenants: [{ tenant: 'main', waiting: 2 }], keys: [] })
    expect((await heddle('runs', 'explain', first!.run)).out).toContain('heddle queues resume mail lets its runs begin')

    expect((await heddle('queues', 'resume', 'mail')).out).toBe('mail goes on\n')
    for (const { run } of letters) expect(await runsOf(served).outcome(run)).toMatchObject({ ok: true })
    const shown = (await heddle('queues', 'show', 'mail')).out
    expect(shown).toContain('waiting  0\n')
    expect(shown).toContain('begun    2 of 100 in 3600 s\n')
    expect(shown).not.toContain('paused')

    const missing = await heddle('queues', 'pause', 'nail')
    expect(missing.code).not.toBe(0)
    expect(missing.err).toContain('There is no queue "nail": the app has default, mail.')
  } finally {
    await served.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
