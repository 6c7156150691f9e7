import { memoryIo } from '@heddle/serve'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import timetable from '../../fixtures/timetable.ts'
import { withOperations } from '../commands/operations.ts'
import { main } from './main.ts'

const fixture = join(import.meta.dirname, '../../fixtures/timetable.ts')
// A day on which the clocks of Berlin are neither put forward nor back: 02:30 is 01:30 in UTC.
const now = Date.parse('2026-11-21T12:00:00Z')

test('an operator lists, pauses, resumes and makes up for a schedule from the command line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-schedules-'))
  const served = await withOperations(timetable).open({ folder, ports: { clock: { now: () => now } } })
  await served.start()
  async function heddle(...words: string[]) {
    const io = memoryIo()
    const { signal } = new AbortController()
    const around = { io, cwd: folder, environment: {}, signal, entry: 'unused' }
    const code = await main([...words, '--app', fixture, '--folder', folder], around)
    return { code, out: io.text(), err: io.errors() }
  }
  try {
    const listed = await heddle('schedules', 'list')
    expect(listed).toMatchObject({ code: 0, err: '' })
    expect(listed.out).toContain('flights.Nightly')
    expect(listed.out).toContain('2026-11-22T01:30:00.000Z')

    const next = await heddle('schedules', 'next', 'flights.Nightly', '--count', '2', '--json')
    expect(JSON.parse(next.out)).toMatchObject({ times: ['2026-11-22T01:30:00.000Z', '2026-11-23T01:30:00.000Z'] })

    expect((await heddle('schedules', 'pause', 'flights.Nightly')).out).toBe('flights.Nightly is paused\n')
    expect((await heddle('schedules', 'list')).out).toContain('paused')
    expect((await heddle('schedules', 'resume', 'flights.Nightly')).out).toBe('flights.Nightly goes on\n')

    const span = ['--from', '2026-11-18T00:00:00Z', '--to', '2026-11-21T00:00:00Z', '--json']
    const first = JSON.parse((await heddle('schedules', 'backfill', 'flights.Nightly', ...span)).out) as {
      started: { planned: string }[]
    }
    expect(first.started.map(({ planned }) => planned.slice(0, 16))).toEqual([
      '2026-11-18T01:30',
      '2026-11-19T01:30',
      '2026-11-20T01:30',
    ])
    const again = await heddle('schedules', 'backfill', 'flights.Nightly', ...span)
    expect(JSON.parse(again.out)).toMatchObject({ started: [], isWhole: true })

    const odd = await heddle('schedules', 'backfill', 'flights.Nightly', '--from', 'yesterday', '--to', '2026-11-21')
    expect(odd.code).toBe(64)
    expect(odd.err).toContain('--from is a time like 2026-11-01T00:00:00Z or a day like 2026-11-01, not "yesterday"')
    const days = ['--from', '2026-11-18', '--to', '2026-11-21', '--json']
    const whole = await heddle('schedules', 'backfill', 'flights.Nightly', ...days)
    expect(JSON.parse(whole.out)).toMatchObject({ started: [], isWhole: true })

    const removed = await heddle('schedules', 'remove', 'flights.Nightly')
    expect(removed).toMatchObject({ code: 1, out: 'the app declares flights.Nightly: remove it there\n' })
    const missing = await heddle('schedules', 'pause', 'flights.Daily')
    expect(missing.code).not.toBe(0)
    expect(missing.err).toContain('There is no schedule flights.Daily.')
  } finally {
    await served.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
