import { createHash } from 'node:crypto'
import { fileFrom, type OpenApp, type StreamedFile, systemClock } from '@heddle/core'
import { BlobRecord, blobsOf, blobStoreOf, EntryRecord, findRecords, HeldRecord, RunRecord, sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { around, filmApp, keep, many, pass, shout, words } from '../../fixtures/films.ts'
import { newFolder } from '../../fixtures/placed-orders.ts'
import { engineOfApp } from '../engine/engines.ts'
import { runsOf } from '../engine/runs-of.ts'
import { runOperations } from '../index.ts'
import { pruneRuns, runsKeptMs } from '../retention/prune-runs.ts'
import { Values } from './values.ts'

const opened = async (folder = newFolder()) => {
  const open = await filmApp(sqlite()).open({ folder })
  await open.start()
  return open
}
const text = (open: { ok: boolean; value?: unknown }, field: string) =>
  ((open.value as Record<string, StreamedFile>)[field] as StreamedFile).text()
const contents = (open: OpenApp) =>
  findRecords<{ uses: number; sizeBytes: number }>(storeOf(open).database, BlobRecord, 'main')
const storeOf = (open: OpenApp) => engineOfApp(open).store

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

test('a job is called with files, and what it gives is kept', async () => {
  const open = await opened()
  const job = await runsOf(open).later(shout, { film: fileFrom(Buffer.from(words)) })
  const first = await job.outcome()
  expect(await text(first as never, 'louder')).toBe(words.toUpperCase())
  const again = await runsOf(open).outcome(job.run)
  expect(await text(again as never, 'louder')).toBe(words.toUpperCase())
  await open.close()
})

test('a value that is too large is refused, and the limit is named', async () => {
  const open = await opened()
  const values = new Values(
    blobStoreOf(storeOf(open).database, () => 'id'),
    100_000,
  )
  await expect(values.keep('main', many, false)).rejects.toMatchObject({
    code: 'TooLarge',
    data: { limit: 100_000, name: 'runs.value' },
  })
  await open.close()
})

test('what looks like a value that is kept elsewhere is one like any other', async () => {
  const open = await opened()
  const forged = [
    JSON.stringify({ near: null, part: { path: [], sha256: 'a'.repeat(64), sizeBytes: 1 }, files: [] }),
    '@{}',
  ]
  const run = await runsOf(open).start(keep, forged)
  await runsOf(open).signal(run.run, 'more', [])
  expect(await run.outcome()).toEqual({ ok: true, value: forged })
  expect(await contents(open)).toEqual([])
  await open.close()
})

test('a value in which something is marked stays in its row, where it is encrypted', async () => {
  const open = await opened()
  const { values } = storeOf(open)
  expect(await values.keep('main', many, true)).toEqual(many)
  expect(await contents(open)).toEqual([])
  await open.close()
})

test('a value of 20 MB passes through a run', async () => {
  const open = await opened()
  const huge = Array.from({ length: 20 }, (_, index) => String(index % 10).repeat(1024 * 1024))
  const run = await runsOf(open).start(keep, huge)
  await runsOf(open).signal(run.run, 'more', [])
  const outcome = (await run.outcome()) as { value: string[] }
  expect(outcome.value.every((text, index) => text === huge[index])).toBe(true)
  expect((await contents(open)).map(({ sizeBytes }) => sizeBytes)).toEqual([JSON.stringify(huge).length])
  await open.close()
})
