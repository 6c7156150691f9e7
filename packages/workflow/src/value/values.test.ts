import { createHash } from 'node:crypto'
import { app, command, file, fileFrom, type OpenApp, type StreamedFile, systemClock } from '@heddle/core'
import { blobsOf, BlobRecord, HeldRecord, findRecords, RunRecord, EntryRecord, sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newFolder } from '../../fixtures/placed-orders.ts'
import { workflow } from '../define/workflow.ts'
import { engineOfApp } from '../engine/engines.ts'
import { runsOf } from '../engine/runs-of.ts'
import { runOperations } from '../index.ts'
import { pruneRuns, runsKeptMs } from '../retention/prune-runs.ts'

const large = file({ maxBytes: 10_000_000 })
const list = z.array(z.string())

const shout = command('film.Shout', {
  input: z.object({ film: large }),
  output: z.object({ louder: large }),
  access: 'public',
  run: ({ input: { film } }) => ({
    louder: fileFrom(upper(film.stream()), { name: 'louder.txt', type: 'text/plain' }),
  }),
})
async function* upper(chunks: AsyncIterable<Uint8Array>) {
  for await (const chunk of chunks) yield Buffer.from(Buffer.from(chunk).toString().toUpperCase())
}
const same = command('film.Same', { input: list, output: list, access: 'public', run: ({ input }) => input })

/** Gives on what it gets: as input, by a step, by a signal and as its outcome. */
const pass = workflow('film.Pass', {
  input: z.object({ film: large }),
  output: z.object({ louder: large, sent: large }),
  access: 'public',
  signals: { sent: z.object({ film: large }) },
  steps: [shout],
  async run({ input, step, signal }) {
    const { louder } = await step('shout', shout, { film: input.film })
    const { film: sent } = await signal('sent')
    const again = await step('again', shout, { film: sent })
    return { louder, sent: again.louder }
  },
})
const keep = workflow('film.Keep', {
  input: list,
  output: list,
  access: 'public',
  signals: { more: list },
  steps: [same],
  async run({ input, step, signal }) {
    const once = await step('same', same, input)
    const more = await signal('more')
    return step('again', same, more.length > 0 ? more : once)
  },
})
const around = workflow('film.Around', {
  input: z.object({ films: list, left: z.int() }),
  output: list,
  access: 'public',
  signals: {},
  steps: [same],
  children: [keep],
  async run({ input: { films, left }, child, continueAs }) {
    if (left > 0) return continueAs({ films, left: left - 1 })
    return child('keep', keep, films)
  },
})

const films = () => app('film', { parts: [pass, keep, around], database: sqlite() })
const opened = async (folder = newFolder()) => {
  const open = await films().open({ folder })
  await open.start()
  return open
}
const text = (open: { ok: boolean; value?: unknown }, field: string) =>
  ((open.value as Record<string, StreamedFile>)[field] as StreamedFile).text()
const contents = (open: OpenApp) =>
  findRecords<{ uses: number; sizeBytes: number }>(storeOf(open).database, BlobRecord, 'main')
const storeOf = (open: OpenApp) => engineOfApp(open).store
const many = Array.from({ length: 20_000 }, (_, index) => `film ${index}`)
const words = 'a quiet film '.repeat(10_000)

test('a file passes through the input, a step, a signal and the outcome of a run', async () => {
  const folder = newFolder()
  let open = await opened(folder)
  const run = await runsOf(open).start(pass, { film: fileFrom(Buffer.from(words)) })
  await open.close()

  open = await opened(folder)
  await runsOf(open).signal(run.run, 'sent', { film: fileFrom(Buffer.from('silent')) })
  const outcome = (await runsOf(open).outcome(run.run))!
  expect(await text(outcome as never, 'louder')).toBe(words.toUpperCase())
  expect(await text(outcome as never, 'sent')).toBe('SILENT')
  await open.close()

  open = await opened(folder)
  const later = (await runsOf(open).outcome(run.run))!
  expect(await text(later as never, 'louder')).toBe(words.toUpperCase())
  expect(await text(later as never, 'louder')).toBe(words.toUpperCase())
  await open.close()
})

test('a large value is stored once, however often it is passed on, and rows stay small', async () => {
  const open = await opened()
  const run = await runsOf(open).start(keep, many)
  await runsOf(open).signal(run.run, 'more', [])
  expect(await run.outcome()).toEqual({ ok: true, value: many })
  const [content, ...others] = await contents(open)
  expect(others).toEqual([])
  const sha256 = createHash('sha256').update(JSON.stringify(many)).digest('hex')
  expect(content).toMatchObject({ sha256, sizeBytes: JSON.stringify(many).length })
  for (const { table } of [RunRecord, EntryRecord]) {
    const rows = await storeOf(open).database.find(table, 'main', {
      where: undefined,
      order: [{ column: 'id', descending: false }],
      after: undefined,
      limit: 100,
    })
    for (const row of rows) expect(JSON.stringify(row).length).toBeLessThan(1000)
  }
  await open.close()
})

test('a run that is started twice with one key and the same large input is one run', async () => {
  const open = await opened()
  const first = await runsOf(open).start(keep, many, { key: 'k' })
  expect((await runsOf(open).start(keep, many, { key: 'k' })).run).toBe(first.run)
  await expect(runsOf(open).start(keep, [...many, 'more'], { key: 'k' })).rejects.toMatchObject({ code: 'KeyReused' })
  await open.close()
})

test('a large value goes on to children and to the run that goes on from another', async () => {
  const folder = newFolder()
  let open = await opened(folder)
  const run = await runsOf(open).start(around, { films: many, left: 2 })
  const { runs } = await open.callOrThrow(runOperations.listRuns, { workflow: 'film.Keep' })
  await open.close()

  open = await opened(folder)
  let children = runs
  while (children.length === 0) {
    children = (await open.callOrThrow(runOperations.listRuns, { workflow: 'film.Keep' })).runs
  }
  await runsOf(open).signal(children[0]!.run, 'more', [])
  expect(await runsOf(open).outcome(run.run)).toEqual({ ok: true, value: many })
  await open.close()
})

test('a fork has the values of the run that it was made from', async () => {
  const open = await opened()
  const run = await runsOf(open).start(keep, many)
  await runsOf(open).signal(run.run, 'more', [])
  await run.outcome()
  const forked = await open.callOrThrow(runOperations.forkRun, { run: run.run, to: 'again' })
  expect(await runsOf(open).outcome(forked.run)).toEqual({ ok: true, value: many })
  await open.close()
})

test('contents are held for as long as the runs that refer to them are kept', async () => {
  const open = await opened()
  const run = await runsOf(open).start(pass, { film: fileFrom(Buffer.from(words)) })
  await runsOf(open).signal(run.run, 'sent', { film: fileFrom(Buffer.from('silent')) })
  expect(await run.outcome()).toMatchObject({ ok: true })
  const before = await contents(open)
  expect(before).toHaveLength(4)
  for (const { uses } of before) expect(uses).toBeGreaterThan(0)

  const later = { ...systemClock, now: () => systemClock.now() + 2 * runsKeptMs }
  expect(await pruneRuns(storeOf(open), later)).toBe(1)
  expect(await storeOf(open).database.count(HeldRecord.table, 'main', undefined)).toBe(0)
  for (const { uses } of await contents(open)) expect(uses).toBe(0)
  expect(await blobsOf(open).collect()).toBe(0)
  await open.close()
})

test('a run with a large value is shown without it', async () => {
  const open = await opened()
  const run = await runsOf(open).start(keep, many)
  await runsOf(open).signal(run.run, 'more', [])
  await run.outcome()
  const shown = await open.callOrThrow(runOperations.showRun, { run: run.run })
  expect(JSON.stringify(shown).length).toBeLessThan(5000)
  expect(shown.journal.map(({ key, ok }) => [key, ok])).toContainEqual(['same', true])
  await open.close()
})
