import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog, type OpenApp } from '@heddle/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { flightOf, fresh, spans, spansPlan } from '../../../fixtures/shadow-jobs.ts'
import { isMarked, mark, threadApp } from '../../../fixtures/thread-jobs.ts'
import { isJobInstance } from '../job-instance.ts'
import type { JobStatus } from '../job-status.ts'

/** A thread loads all that its app consists of. */
const slow = { timeout: 90_000 }
const soon = { timeout: 60_000 }

const opened: OpenApp[] = []
let folder: string
let marks: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-shadow-'))
  marks = mkdtempSync(join(tmpdir(), 'heddle-shadow-marks-'))
  process.env['HEDDLE_THREAD_MARKS'] = marks
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  for (const one of [folder, marks]) rmSync(one, { recursive: true, force: true })
})

/** Flights come. */
const come = (from: number, to: number) => {
  const lines = Array.from({ length: to - from }, (_, at) => `${JSON.stringify(flightOf(from + at))}\n`)
  appendFileSync(join(folder, 'flights.ndjson'), lines.join(''))
}

async function open(...parts: Parameters<typeof threadApp>) {
  const log = memoryLog()
  const running = await threadApp(...parts).open({ folder, root: folder, ports: { log } })
  opened.push(running)
  await running.start()
  const ask = async <Value>(name: string, input: unknown = {}): Promise<Value> => {
    const outcome = (await running.callByName(name, input)) as { ok: boolean; value: Value; errors: unknown }
    expect(outcome, JSON.stringify(outcome.errors)).toMatchObject({ ok: true })
    return outcome.value
  }
  const sortedRows = async (name: string) => {
    const { records } = await ask<{ records: object[] }>(`flights.${name}`, { limit: 1000 })
    return records.map((row) => JSON.stringify(row)).toSorted()
  }
  const instance = running.parts.filter(isJobInstance).find(({ name }) => name === 'flights.Spans')!
  return {
    running,
    log,
    ask,
    status: () => ask<JobStatus>('heddle.ShowJob', { job: 'flights.Spans' }),
    edit: (plan: ReturnType<typeof spansPlan>) => instance.exchange(spans.withPlan(plan)),
    /** Everything that a job shows. */
    async shown(job: string) {
      const { rows } = await ask<{ rows: { key: string; value: object }[] }>(`flights.ShowNewest${job}`)
      return {
        rows: await sortedRows(`Find${job}Rows`),
        hours: await sortedRows(`Find${job}Hours`),
        newest: rows.map(({ value }) => JSON.stringify(value)).toSorted(),
      }
    },
    async untilRead(flights: number, job: string) {
      const read = async () => (await ask<JobStatus>('heddle.ShowJob', { job })).sources[0]!.records
      await expect.poll(read, soon).toBe(flights)
    },
  }
}
type Opened = Awaited<ReturnType<typeof open>>

/** What the job shows is what one shows that has had its plan from the start; what came while it was built is in it once. */
async function expectFresh(app: Opened, flights: number) {
  await app.untilRead(flights, 'flights.Fresh')
  await expect.poll(async () => (await app.shown('Fresh')).hours.length, soon).toBe(Math.ceil(flights / 120) - 1)
  const expected = await app.shown('Fresh')
  expect(expected.rows.length).toBe(expected.hours.length * 3)
  await expect.poll(() => app.shown('Spans'), soon).toEqual(expected)
}

test('the state of a job on a thread is built anew on another thread, and not in the app', slow, async () => {
  come(0, 6001)
  const app = await open(spans, fresh)
  await app.untilRead(6001, 'flights.Spans')
  app.edit(spansPlan('2h'))
  come(6001, 7001)
  await expectFresh(app, 7001)
  come(7001, 8001)
  await expectFresh(app, 8001)
  const threads = readdirSync(marks).filter((name) => name.startsWith('began on'))
  // One of them is the other job, which is to run in the app.
  expect(threads.filter((name) => name === 'began on main')).toHaveLength(1)
  expect(threads).toHaveLength(3)
})

test('a thread dies that builds state anew, and another one goes on with what was built', slow, async () => {
  come(0, 6001)
  const app = await open(spans, fresh)
  await app.untilRead(6001, 'flights.Spans')
  app.edit(spansPlan('2h', { also: 'dies' }))
  come(6001, 7001)
  await expectFresh(app, 7001)
  come(7001, 8001)
  await expectFresh(app, 8001)
  expect(isMarked('died')).toBe(true)
  const text =
    /^The new state of flights\.Spans is built on after an interruption: .*it ended with the code 3, while the step "also" was at work/
  expect(app.log.lines).toContainEqual(expect.objectContaining({ message: expect.stringMatching(text) }))
})

test('a plan that fails on its thread while its state is built leaves the one before running', slow, async () => {
  come(0, 6001)
  const app = await open(spans)
  await app.untilRead(6001, 'flights.Spans')
  const before = await app.shown('Spans')
  app.edit(spansPlan('2h', { also: 'fails' }))
  const because = async () => (await app.status()).rebuilding?.because
  await expect.poll(because, soon).toContain('the flight 3000 never was')
  expect(await app.shown('Spans')).toEqual(before)
  come(6001, 7001)
  await app.untilRead(7001, 'flights.Spans')
  await expect.poll(async () => (await app.shown('Spans')).rows.length, soon).toBeGreaterThan(before.rows.length)
})

test(
  'a step that keeps the thread on which state is built anew is told, holds up nobody, and is ended with the app; another app goes on with what was built',
  slow,
  async () => {
    come(0, 6001)
    const plan = spansPlan('2h', { also: 'keeps' })
    const app = await open(spans)
    await app.untilRead(6001, 'flights.Spans')
    app.edit(plan)
    const because = async () => (await app.status()).rebuilding?.because
    const text = /^its thread has not answered for \d+ s: the step "also" does not return$/
    await expect.poll(because, soon).toMatch(text)
    come(6001, 7001)
    await app.untilRead(7001, 'flights.Spans')
    await app.running.close()
    mark('it may go on')
    const next = await open(spans.withPlan(plan), fresh)
    await expectFresh(next, 7001)
    come(7001, 8001)
    await expectFresh(next, 8001)
  },
)
