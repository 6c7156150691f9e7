import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { openTicks, ticksIn } from '../../fixtures/job-process.ts'

const nobody = 'no process runs it: start its app, e.g. with heddle start or heddle dev'

test('a job is elsewhere while another process runs it, and unserved once that one was killed', async () => {
  const url = await freshDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'heddle-who-runs-'))
  const here = await openTicks(url, join(folder, 'here'))
  const path = join(import.meta.dirname, '../../fixtures/job-process.ts')
  const child = spawn(process.execPath, [path, url, join(folder, 'there')], { stdio: 'inherit' })
  try {
    expect(await ticksIn(here)).toMatchObject({ state: 'unserved', because: nobody })
    await expect.poll(async () => (await ticksIn(here)).state).toBe('elsewhere')
    expect((await ticksIn(here)).because).toBe(undefined)
    child.kill('SIGKILL')
    await expect.poll(() => ticksIn(here), { timeout: 40_000 }).toMatchObject({ state: 'unserved', because: nobody })
    await here.start()
    await expect.poll(async () => (await ticksIn(here)).state).toBe('running')
  } finally {
    child.kill('SIGKILL')
    await here.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 90_000)
