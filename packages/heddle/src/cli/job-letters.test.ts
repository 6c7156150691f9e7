import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { expect, test } from 'vitest'
import departures from '../../fixtures/departures.ts'
import { withOperations } from '../commands/operations.ts'
import { main } from './main.ts'

/** What waited may be too late by now. */
const late =
  '; what is too late for "perAirport" by now goes to the side `late`: heddle jobs show flights.Delays counts it'

const again = 'What fails again is listed once more: heddle dlq list --job flights.Delays\n'

/** Machines are slow at times. */
const patient = { timeout: 45_000 }

const fixture = join(import.meta.dirname, '../../fixtures/departures.ts')

test('an operator gives the letters of a job back to it, and sees them again where they fail again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-job-letters-'))
  const heddle = async (...words: string[]) => {
    const io = memoryIo()
    const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
    const code = await main([...words, '--app', fixture, '--folder', folder], around)
    return { code, out: io.text(), err: io.errors() }
  }
  const served = await withOperations(departures).open({ folder })
  await served.start()
  try {
    const listed = async (...words: string[]) => (await heddle('dlq', 'list', ...words)).out
    await expect
      .poll(() => listed('--job', 'flights.Delays', '--step', 'source'), patient)
      .toMatch(/flights\.Delays\/source/)
    const none = 'there are no dead letters\n'
    expect(await listed('--job', 'flights.Delay')).toBe(none)
    expect(await listed('--step', 'late')).toBe(none)
    expect(await heddle('dlq', 'replay', '--job', 'flights.Nope', '--step', 'late')).toMatchObject({
      code: 65,
      err: expect.stringContaining('There is no job "flights.Nope" in this app.'),
    })
    for (const words of [[], ['--job', 'flights.Delays']]) {
      expect(await heddle('dlq', 'replay', ...words, '--step', 'nope')).toMatchObject({
        code: 65,
        err: expect.stringContaining('There is no step, source or sink "nope"; known: source, sink, late, perAirport.'),
      })
    }
    expect(await heddle('dlq', 'replay', '--job', 'flights.Delays', '--step', 'late')).toMatchObject({
      code: 0,
      out: '0 replayed, 0 failed again\n',
    })
    expect(await heddle('dlq', 'replay', '--job', 'flights.Delays')).toMatchObject({
      code: 0,
      out: `1 given back to flights.Delays: flights.Delays takes them now${late}\n${again}`,
    })
    const { letters } = JSON.parse(await listed('--json')) as { letters: { id: string }[] }
    const shown = async () => (await heddle('dlq', 'show', letters[0]!.id)).out
    await expect.poll(shown, patient).toContain('replayed 1 times')
    await heddle('jobs', 'pause', 'flights.Delays')
    await expect.poll(async () => (await heddle('jobs', 'show', 'flights.Delays')).out, patient).toContain('is paused')
    expect((await heddle('dlq', 'replay', letters[0]!.id)).out).toBe(
      '1 given back to flights.Delays: flights.Delays is paused, and takes them once it goes on: ' +
        `heddle jobs resume flights.Delays${late}\n${again}`,
    )
    expect(await listed()).toMatch(/ waits\n/)
    await heddle('jobs', 'resume', 'flights.Delays')
    await expect.poll(shown, patient).toContain('replayed 2 times')

    const tested = await heddle('dlq', 'test', letters[0]!.id)
    expect(tested.code).not.toBe(0)
    expect(tested.err).toContain(
      `The dead letter ${letters[0]!.id} is a record of the job flights.Delays, which failed at "source", and no call`,
    )
    expect(tested.err).toContain('heddle dlq replay --job flights.Delays --step source')
    expect(await heddle('dlq', 'drop', '--job', 'flights.Nope')).toMatchObject({
      code: 65,
      err: expect.stringContaining('There is no job "flights.Nope" in this app.'),
    })
    expect(await heddle('dlq', 'drop', '--job', 'flights.Delays', '--step', 'nope')).toMatchObject({
      code: 65,
      err: expect.stringContaining('There is no step, source or sink "nope"; known: source, sink, late, perAirport.'),
    })
    expect((await heddle('dlq', 'drop', '--job', 'flights.Delays', '--step', 'late')).out).toBe(
      '0 dead letters are gone\n',
    )
    expect((await heddle('dlq', 'drop', '--job', 'flights.Delays')).out).toBe('1 dead letter is gone\n')
    expect(await listed('--job', 'flights.Delays')).toBe(none)
  } finally {
    await served.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
