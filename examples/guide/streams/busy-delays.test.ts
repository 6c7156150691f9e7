import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, sqlite } from 'heddle'
import { expect, test } from 'vitest'
import { busyDelays } from './busy-delays.ts'

test('a job on a thread of its own fills a table of the app', { timeout: 60_000 }, async () => {
  expect(busyDelays.file).toContain('/busy-delays.yaml')
  const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-'))
  const open = await app('guide', { parts: [busyDelays], database: sqlite() }).open({ folder })
  await open.start()
  const rows = async () => {
    const outcome = await open.callByName('flights.FindBusyDelays', {})
    const { records } = (outcome as unknown as { value: { records: { origin: string; mean: number }[] } }).value
    return records.map(({ origin, mean }) => ({ origin, mean }))
  }
  await expect.poll(rows, { timeout: 50_000 }).toEqual([
    { origin: 'ATL', mean: 10 },
    { origin: 'SFO', mean: 70 },
  ])
  await open.close()
  rmSync(folder, { recursive: true })
})
