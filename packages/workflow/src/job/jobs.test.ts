import { app, command, error, keyRing, sensitive } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { entity, repository, sqlite } from '@heddle/data'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Runs, runs, runsOf } from '../index.ts'

const Note = entity('notes.Note', { key: 'id', fields: { id: z.string(), text: z.string() } })
const Notes = repository(Note)

const keys = keyRing([{ id: 'test', bytes: new Uint8Array(32).fill(7) }])
const calls: string[] = []
const write = command('notes.Write', {
  input: z.object({ id: z.string(), text: sensitive(z.string()).default('-'), fails: z.int().default(0) }),
  output: z.object({ length: z.int() }),
  errors: { Busy: error(z.object({}), { retry: 'later' }), Wrong: z.object({}) },
  uses: [Notes],
  run({ input: { id, text, fails }, fail, ctx }) {
    calls.push(id)
    ctx.use(Notes).insert({ id, text })
    if (fails < 0) return fail.Wrong({})
    if (calls.filter((call) => call === id).length <= fails) return fail.Busy({})
    return { length: text.length }
  },
})
const order = command('notes.Order', {
  input: z.object({ id: z.string(), refuses: z.boolean() }),
  output: z.object({ run: z.string() }),
  errors: { Refused: z.object({}) },
  uses: [Runs],
  async run({ input: { id, refuses }, fail, ctx }) {
    const { run } = await ctx.use(Runs).later(write, { id }, { delay: '1h' })
    return refuses ? fail.Refused({}) : { run }
  },
})
const count = command('notes.Count', {
  kind: 'query',
  input: z.object({}),
  output: z.int(),
  uses: [Notes],
  run: ({ ctx }) => ctx.use(Notes).count(),
})

async function opened(folder = mkdtempSync(join(tmpdir(), 'heddle-jobs-')), database = sqlite().simulated!()) {
  calls.length = 0
  const time = createVirtualTime(Date.parse('2026-11-21T12:00:00Z'))
  const { clock, timers } = time
  const declared = app('notes', { parts: [write, order, count, Note, runs({})], database })
  const open = await declared.open({ folder, ports: { clock, timers, keys } })
  await open.start()
  /** Moves the time whenever nothing else can go on, until something has ended. */
  const ended = async <Value>(ending: Promise<Value>): Promise<Value> => {
    let over = false
    void ending.catch(() => undefined).finally(() => (over = true))
    for (await settled(); !over; await settled()) await time.advanceTo(time.next() ?? time.clock.now())
    return ending
  }
  return { open, folder, time, ended, close: () => ended(open.close()) }
}

test('a job calls its command, and ends with its outcome', async () => {
  const { open, ended, close } = await opened()
  const job = await runsOf(open).later(write, { id: 'a', text: 'hello' })
  expect(await ended(job.outcome())).toEqual({ ok: true, value: { length: 5 } })
  expect(await open.callOrThrow(count, {})).toBe(1)
  await close()
})

test('a query can be a job too', async () => {
  const { open, ended, close } = await opened()
  const job = await runsOf(open).later(count, {})
  expect(await ended(job.outcome())).toEqual({ ok: true, value: 0 })
  await close()
})

test('a delayed job begins when its time has come, and not before', async () => {
  const { open, ended, time, close } = await opened()
  const job = await runsOf(open).later(write, { id: 'a' }, { delay: '2h' })
  await time.advance(2 * 3_600_000 - 1)
  expect(calls).toEqual([])
  await ended(job.outcome())
  expect(calls).toEqual(['a'])
  await close()
})

test('a failure that may pass is tried again, and nothing of what failed is kept', async () => {
  const { open, ended, close } = await opened()
  const job = await runsOf(open).later(write, { id: 'a', fails: 3 })
  expect(await ended(job.outcome())).toMatchObject({ ok: true })
  expect(calls).toEqual(['a', 'a', 'a', 'a'])
  expect(await open.callOrThrow(count, {})).toBe(1)
  await close()
})

test('a job that was tried often enough fails and leaves a dead letter with its input masked', async () => {
  const { open, ended, close } = await opened()
  const job = await runsOf(open).later(write, { id: 'a', text: 'secret', fails: 99 }, { tries: 3 })
  expect(await ended(job.outcome())).toMatchObject({ ok: false, errors: [{ code: 'Busy' }] })
  expect(calls).toHaveLength(3)
  const letters = await open.ports.deadLetters.list({ tenant: 'main' })
  expect(letters).toMatchObject([{ command: 'notes.Write', origin: `run ${job.run}`, input: { id: 'a', text: '•••' } }])
  await close()
})

test('a failure for good is not tried again', async () => {
  const { open, ended, close } = await opened()
  const job = await runsOf(open).later(write, { id: 'a', fails: -1 })
  expect(await ended(job.outcome())).toMatchObject({ ok: false, errors: [{ code: 'Wrong' }] })
  expect(calls).toEqual(['a'])
  await close()
})

test('a job of a command that fails does not exist', async () => {
  const { open, time, close } = await opened()
  expect(await open.call(order, { id: 'a', refuses: true })).toMatchObject({ ok: false })
  expect(await open.call(order, { id: 'b', refuses: false })).toMatchObject({ ok: true })
  await time.advance(2 * 3_600_000)
  expect(calls).toEqual(['b'])
  await close()
})

test('the same key is the same job, and another input under it is refused', async () => {
  const { open, ended, close } = await opened()
  const first = await runsOf(open).later(write, { id: 'a' }, { key: 'once' })
  const second = await runsOf(open).later(write, { id: 'a' }, { key: 'once' })
  expect(second.run).toBe(first.run)
  await expect(runsOf(open).later(write, { id: 'b' }, { key: 'once' })).rejects.toMatchObject({ code: 'KeyReused' })
  await ended(first.outcome())
  expect(calls).toEqual(['a'])
  await close()
})

test('a job that waits for its time can be cancelled, and is never called', async () => {
  const { open, ended, close } = await opened()
  const job = await runsOf(open).later(write, { id: 'a' }, { delay: '7d' })
  await runsOf(open).cancel(job.run)
  expect(await ended(job.outcome())).toMatchObject({ ok: false, errors: [{ code: 'RunCancelled' }] })
  expect(calls).toEqual([])
  await close()
})

test('a job goes on in the next process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-jobs-'))
  const { open } = await opened(folder, sqlite())
  const { run } = await runsOf(open).later(write, { id: 'a' }, { delay: '1s' })
  await open.close()
  const again = await opened(folder, sqlite())
  await again.time.advance(2000)
  expect(await runsOf(again.open).outcome(run)).toMatchObject({ ok: true })
  await again.open.close()
})

test('an input that its command refuses is refused at once', async () => {
  const { open, close } = await opened()
  await expect(runsOf(open).later(write, { id: 7 } as never)).rejects.toMatchObject({ code: 'InvalidType' })
  await close()
})

test('ten thousand jobs are written in one unit of work, and all of them are done', { timeout: 60_000 }, async () => {
  const { open, close } = await opened()
  const inputs = Array.from({ length: 10_000 }, (_, index) => ({ id: `n${index}` }))
  const handles = await runsOf(open).laterAll(write, inputs)
  const outcomes = await Promise.all(handles.map(({ run }) => runsOf(open).outcome(run)))
  expect(outcomes.every((outcome) => outcome?.ok)).toBe(true)
  expect(await open.callOrThrow(count, {})).toBe(10_000)
  await close()
})
