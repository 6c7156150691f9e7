import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** By hand: `FILE_MB=1024 npx vitest run packages/workflow/src/value/memory.test.ts`. */
const sizeMb = process.env['FILE_MB'] ?? '100'
const passing = join(import.meta.dirname, '../../fixtures/large-files.ts')

test('files pass through the input, steps, a signal and the outcome of a run in less than 64 MB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-large-files-'))
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [passing, folder, sizeMb])
    const { grownBytes } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { grownBytes: number }
    console.log(`the process grew by ${(grownBytes / 2 ** 20).toFixed(1)} MB while files of ${sizeMb} MB passed`)
    expect(grownBytes).toBeLessThan(64 * 2 ** 20)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
