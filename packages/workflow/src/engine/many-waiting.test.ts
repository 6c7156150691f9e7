import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const waiting = join(import.meta.dirname, '../../fixtures/many-waiting.ts')
const mib = 2 ** 20

test('20,000 runs wait for signals and for 90 days over a restart, each goes on when its signal or its time comes, and memory stays small', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-many-waiting-'))
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', waiting, folder, '20000'])
    const { grown, ...seen } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { grown: Record<string, number> }
    expect(seen).toEqual({
      early: 0,
      signalled: 10_000,
      beforeTheirTime: 0,
      eachHour: Array.from({ length: 10 }, () => 1000),
      went: 10_000,
      times: 10_000,
    })
    const told = Object.entries(grown).map(([when, bytes]) => `${when} ${(bytes / mib).toFixed(1)} MB`)
    console.log(`the heap against that before the first run: ${told.join(', ')}`)
    // 5,000 of those that wait stay in memory as they are; after a restart none is.
    expect(grown['grownByStart']).toBeLessThan(128 * mib)
    expect(grown['grownByRestart']).toBeLessThan(16 * mib)
    expect(grown['grownBySignals']).toBeLessThan(96 * mib)
    expect(grown['grownByTimers']).toBeLessThan(96 * mib)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
