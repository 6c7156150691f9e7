import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemFormat } from '@heddle/data'
import { expect, test } from 'vitest'
import { clockFinding } from './clock.ts'
import { checkDatabase } from './database.ts'
import type { Patient } from './finding.ts'
import { memoryFinding } from './memory.ts'
import { timersFinding } from './timers.ts'

const mebibyte = 1024 * 1024

test.each([
  ['no limit', 'ok', 4096, Infinity],
  ["the kernel's way to say no limit", 'ok', 4096, 2 ** 64 / mebibyte],
  ['room enough', 'ok', 1024, 2048],
  ['less room than the heap may take', 'warn', 2048, 512],
])('with %s the memory is %s', (_, status, heap, constrained) => {
  const finding = memoryFinding(heap * mebibyte, constrained * mebibyte)
  expect(finding.status).toBe(status)
  if (status === 'warn') expect(finding.advice).toContain('--max-old-space-size=384')
})

test('a clock that is before the data, or before this program was written, is told', () => {
  const at = (now: number, written: number) => clockFinding({ now: () => now }, written).status
  const now = Date.UTC(2026, 10, 21)
  expect([at(now, now - 5000), at(now, 0), at(now, now + 3_600_000), at(0, 0)]).toEqual(['ok', 'ok', 'warn', 'fail'])
})

test('timers that come late are told by the latest', () => {
  expect(timersFinding([0, 1.25, 0.5])).toMatchObject({ status: 'ok', detail: 'at most 1.3 ms late' })
  expect(timersFinding([0, 80])).toMatchObject({ status: 'warn', advice: expect.stringContaining('busy') as string })
})

test('a database of a newer version is told with both formats', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-doctor-'))
  const database = new DatabaseSync(join(folder, 'app.db'))
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA user_version = ${systemFormat() + 1}; CREATE TABLE a (b)`)
  database.close()
  expect(
    await checkDatabase({ folder, app: () => Promise.reject(new Error('no app')) } as Partial<Patient> as Patient),
  ).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining(`format ${systemFormat() + 1}, newer than ${systemFormat()}`) as string,
    advice: expect.stringContaining('newer version of Heddle') as string,
  })
  rmSync(folder, { recursive: true, force: true })
})
