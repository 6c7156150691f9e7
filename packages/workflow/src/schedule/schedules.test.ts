import { app, command, type Part } from '@heddle/core'
import { createVirtualTime, settled, type VirtualTime } from '@heddle/core/testing'
import { sqlite } from '@heddle/data'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Runs, runs, runsOf, schedule, type ScheduleOptions, workflow } from '../index.ts'
import { plannedId } from './start-planned.ts'
import {
  backfillSchedule,
  listSchedules,
  nextOfSchedule,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
} from './commands.ts'

const noon = Date.parse('2026-11-21T12:00:00Z')
const hourMs = 3_600_000
const calls: { readonly day: string; readonly at: number }[] = []

const load = command('flights.Load', {
  input: z.object({ day: z.string() }),
  output: z.object({}),
  run({ input: { day }, ctx }) {
    calls.push({ day, at: ctx.clock.now() })
    return {}
  },
})
/** A run that waits until it is told to end. */
const slow = workflow('flights.Slow', {
  input: z.object({ day: z.string() }),
  output: z.object({}),
  steps: [load],
  signals: { end: z.object({}) },
  async run({ input, step, signal }) {
    await step('load', load, input)
    await signal('end')
    return {}
  },
})
const subscribe = command('flights.Subscribe', {
  input: z.object({ cron: z.string() }),
  output: z.object({ schedule: z.string() }),
  uses: [Runs],
  run: ({ input: { cron }, ctx }) => ctx.use(Runs).later(load, { day: 'weekly' }, { cron, key: 'report' }),
})

type Options = Partial<ScheduleOptions<typeof load>> & { readonly slow?: boolean }

const day = (planned: Date) => ({ day: planned.toISOString().slice(0, 16) })

function nightly({ slow: isSlow = false, ...options }: Options): Part {
  const times = options.cron || options.every || options.at ? {} : { cron: '0 * * * *' }
  return schedule('flights.Nightly', { run: (isSlow ? slow : load) as typeof load, input: day, ...times, ...options })
}

interface Setup {
  readonly folder?: string
  readonly time?: VirtualTime
}

async function opened(options: Options | undefined, { folder, time = createVirtualTime(noon) }: Setup = {}) {
  const { clock, timers } = time
  const parts = [load, slow, subscribe, runs(), ...(options ? [nightly(options)] : [])]
  const database = folder === undefined ? sqlite().simulated!() : sqlite()
  const open = await app('flights', { parts, database }).open({ ...(folder && { folder }), ports: { clock, timers } })
  await open.start()
  const ended = async <Value>(ending: Promise<Value>): Promise<Value> => {
    let over = false
    void ending.catch(() => undefined).finally(() => (over = true))
    for (await settled(); !over; await settled()) await time.advanceTo(time.next() ?? time.clock.now())
    return ending
  }
  const list = async () => (await open.callOrThrow(listSchedules, {})).schedules
  return { open, time, ended, list, close: () => ended(open.close()) }
}

const days = () => calls.map((call) => call.day.slice(11))

test('a schedule starts a run at each of its times', async () => {
  calls.length = 0
  const { time, close } = await opened({})
  await time.advance(3.5 * hourMs)
  expect(days()).toEqual(['13:00', '14:00', '15:00'])
  expect(calls.map(({ at }) => at - noon)).toEqual([hourMs, 2 * hourMs, 3 * hourMs])
  await close()
})

test('a clock that is put back by an hour starts nothing twice', async () => {
  calls.length = 0
  const real = createVirtualTime(noon)
  let back = 0
  const time = { ...real, clock: { now: () => real.clock.now() - back } }
  const { close } = await opened({ every: '10m' }, { time })
  await real.advance(hourMs + 1)
  expect(calls).toHaveLength(6)
  back = hourMs
  await real.advance(hourMs)
  expect(calls).toHaveLength(6)
  await real.advance(10 * 60_000)
  expect(calls).toHaveLength(7)
  expect(new Set(days()).size).toBe(7)
  await close()
})

test('while nothing runs the newest time is made up for, and no more than are asked for', async () => {
  for (const [catchUp, expected] of [
    [undefined, ['17:00']],
    [3, ['15:00', '16:00', '17:00']],
    [0, []],
  ] as const) {
    calls.length = 0
    const folder = mkdtempSync(join(tmpdir(), 'heddle-schedules-'))
    const options = { overlap: 'allow', ...(catchUp !== undefined && { catchUp }) } as const
    const first = await opened(options, { folder })
    await first.open.close()
    const time = createVirtualTime(noon + 5.5 * hourMs)
    const second = await opened(options, { folder, time })
    await time.advance(1)
    await until(async () => (await second.list())[0]!.last.getTime() > noon)
    await until(async () => calls.length >= expected.length)
    expect(days().toSorted()).toEqual(expected)
    await second.open.close()
  }
})

/** Lets real threads go on. */
async function until(isOver: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 100_000 && !(await isOver()); turn++) await settled()
}

test('a time is left out while the run before has not ended, and the reason is told', async () => {
  calls.length = 0
  const { open, time, list, ended, close } = await opened({ slow: true })
  await time.advance(2.5 * hourMs)
  expect(days()).toEqual(['13:00'])
  const [status] = await list()
  expect(status).toMatchObject({ skipped: { because: `its run ${status!.lastRun} has not ended` } })
  await ended(runsOf(open).signal(status!.lastRun!, 'end', {}))
  await time.advance(hourMs)
  expect(days()).toEqual(['13:00', '15:00'])
  await close()
})

test('runs that overlap wait for the end of the one before, where that is asked for', async () => {
  calls.length = 0
  const { open, time, list, ended, close } = await opened({ slow: true, overlap: 'queue' })
  await time.advance(3.5 * hourMs)
  expect(days()).toEqual(['13:00'])
  for (const expected of [
    ['13:00', '14:00'],
    ['13:00', '14:00', '15:00'],
    ['13:00', '14:00', '15:00'],
  ]) {
    const [status] = await list()
    await ended(runsOf(open).signal(status!.lastRun!, 'end', {}))
    await time.advance(60_000)
    expect(days()).toEqual(expected)
  }
  await close()
})

test('runs that overlap wait for each other over a restart', async () => {
  calls.length = 0
  const folder = mkdtempSync(join(tmpdir(), 'heddle-schedules-'))
  const options = { slow: true, overlap: 'queue' } as const
  const first = await opened(options, { folder })
  await first.time.advance(hourMs)
  await until(async () => calls.length === 1)
  await first.time.advance(hourMs)
  await until(async () => (await first.list())[0]!.last.getTime() === noon + 2 * hourMs)
  const [{ lastRun } = {}] = await first.list()
  await first.open.close()
  const second = await opened(options, { folder, time: createVirtualTime(noon + 2.1 * hourMs) })
  await runsOf(second.open).signal(lastRun!, 'end', {})
  await until(async () => {
    await second.time.advance(50)
    return calls.length === 2
  })
  expect(days()).toEqual(['13:00', '14:00'])
  await second.open.close()
})

test('runs that overlap cancel the one before, or run beside it, where that is asked for', async () => {
  for (const overlap of ['cancel', 'allow'] as const) {
    calls.length = 0
    const { open, time, ended, close } = await opened({ slow: true, overlap })
    await time.advance(2.5 * hourMs)
    expect(days(), overlap).toEqual(['13:00', '14:00'])
    const first = plannedId('flights.Nightly', noon + hourMs)
    const outcome = runsOf(open).outcome(first)
    if (overlap === 'allow') await runsOf(open).signal(first, 'end', {})
    const expected = overlap === 'allow' ? { ok: true } : { ok: false, errors: [{ code: 'RunCancelled' }] }
    expect(await ended(outcome), overlap).toMatchObject(expected)
    await close()
  }
})

test('a new schedule with a time to begin from makes up for all since then', async () => {
  calls.length = 0
  const { time, close } = await opened({ backfill: new Date(noon - 48 * hourMs), overlap: 'allow' })
  await time.advance(1.5 * hourMs)
  expect(calls).toHaveLength(50)
  expect(new Set(calls.map((call) => call.day)).size).toBe(50)
  await close()
})

test('an operator pauses, resumes, looks ahead and makes up for the past, once', async () => {
  calls.length = 0
  const { open, time, list, close } = await opened({})
  const name = 'flights.Nightly'
  await open.callOrThrow(pauseSchedule, { name })
  await time.advance(3.5 * hourMs)
  expect(calls).toEqual([])
  expect(await list()).toMatchObject([{ name, run: 'flights.Load', paused: true, declared: true }])
  await open.callOrThrow(resumeSchedule, { name })
  const { times } = await open.callOrThrow(nextOfSchedule, { name, count: 2 })
  expect(times.map((at) => at.getTime() - noon)).toEqual([4 * hourMs, 5 * hourMs])
  const span = { name, from: new Date(noon + hourMs), to: new Date(noon + 3 * hourMs) }
  expect((await open.callOrThrow(backfillSchedule, span)).started).toHaveLength(3)
  expect(await open.callOrThrow(backfillSchedule, span)).toEqual({ started: [], isWhole: true })
  await time.advance(hourMs)
  expect(days().toSorted()).toEqual(['13:00', '14:00', '15:00', '16:00'])
  await close()
})

test('the planned times of a declared schedule are told before the app was ever served, to its own tenant', async () => {
  const { clock } = createVirtualTime(noon)
  const declared = app('flights', {
    parts: [load, runs(), nightly({})],
    database: sqlite().simulated!(),
    tenancy: 'shared',
  })
  const open = await declared.open({ ports: { clock } })
  const next = { name: 'flights.Nightly', count: 1 }
  const { times } = await open.callOrThrow(nextOfSchedule, next)
  expect(times).toEqual([new Date(noon + hourMs)])
  const other = await open.call(nextOfSchedule, next, { tenant: 'other' })
  expect(other).toMatchObject({ errors: [{ code: 'ScheduleNotFound' }] })
  await open.close()
})

test('a schedule that is not there is told so by its name', async () => {
  const { open, close } = await opened({})
  expect(await open.call(pauseSchedule, { name: 'flights.Daily' })).toMatchObject({
    ok: false,
    errors: [{ code: 'ScheduleNotFound', data: { schedule: 'flights.Daily' } }],
  })
  await close()
})

test('a command asks for calls by a cron pattern, and the same key is the same schedule', async () => {
  calls.length = 0
  const { open, time, list, close } = await opened(undefined)
  expect(await open.callOrThrow(subscribe, { cron: '30 * * * *' })).toEqual({ schedule: 'report' })
  await open.callOrThrow(subscribe, { cron: '30 * * * *' })
  await time.advance(2 * hourMs)
  expect(calls.map(({ at }) => at - noon)).toEqual([0.5 * hourMs, 1.5 * hourMs])
  expect(await list()).toMatchObject([{ name: 'report', run: 'flights.Load', declared: false }])
  expect(await open.callOrThrow(removeSchedule, { name: 'report' })).toEqual({ removed: true })
  await time.advance(2 * hourMs)
  expect(calls).toHaveLength(2)
  expect(await open.call(subscribe, { cron: 'often' })).toMatchObject({ errors: [{ code: 'InvalidOption' }] })
  await close()
})

test('a schedule goes by its new times when they have changed', async () => {
  calls.length = 0
  const folder = mkdtempSync(join(tmpdir(), 'heddle-schedules-'))
  const first = await opened({ every: '1d' }, { folder })
  await first.open.close()
  const second = await opened({ every: '2h' }, { folder })
  expect((await second.list())[0]!.next).toEqual(new Date(noon + 2 * hourMs))
  await second.open.close()
})

test('a schedule that makes no sense is refused', () => {
  const refused = expect.objectContaining({ code: 'InvalidDefinition' }) as Error
  const options = { run: load, input: { day: 'x' } }
  expect(() => schedule('nightly', { ...options, every: '1h' })).toThrow(refused)
  expect(() => schedule('flights.Nightly', { ...options })).toThrow(refused)
  expect(() => schedule('flights.Nightly', { ...options, every: '1h', catchUp: -1 })).toThrow(refused)
  expect(() => schedule('flights.Nightly', { ...options, at: '2020-01-01' as never })).toThrow(refused)
  expect(() => schedule('flights.Nightly', { ...options, every: '1h', backfill: 'monday' as never })).toThrow(refused)
})
