import { app, command } from '@heddle/core'
import { entity, repository, sqlite } from '@heddle/data'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { runsOf, workflow } from '../index.ts'

const Note = entity('notes.Note', { key: 'id', fields: { id: z.string(), text: z.string() } })
const Notes = repository(Note)

const write = command('notes.Write', {
  input: z.object({ id: z.string(), text: z.string() }),
  output: z.object({ length: z.int() }),
  uses: [Notes],
  run({ input, ctx }) {
    ctx.use(Notes).insert(input)
    return { length: input.text.length }
  },
})
const erase = command('notes.Erase', {
  input: z.object({ id: z.string() }),
  output: z.object({}),
  uses: [Notes],
  async run({ input, ctx }) {
    const notes = ctx.use(Notes)
    notes.delete((await notes.get(input.id))!)
    return {}
  },
})

const tell = workflow('notes.Tell', {
  input: z.object({ id: z.string(), fails: z.boolean().default(false) }),
  output: z.object({ total: z.int(), by: z.string() }),
  errors: { Refused: z.object({ why: z.string() }) },
  steps: [write, erase],
  signals: { approved: z.object({ by: z.string() }) },
  async run({ input, step, sleep, signal, compensate, all, each, fail }) {
    const { length } = await step('first', write, { id: input.id, text: 'hello' })
    compensate('first', erase, { id: input.id })
    await sleep('pause', '20ms')
    const { left, right } = await all({
      left: (inner) => inner.step('write', write, { id: `${input.id}-left`, text: 'a' }),
      right: (inner) => inner.step('write', write, { id: `${input.id}-right`, text: 'bb' }),
    })
    const more = await each('more', ['x', 'y', 'z'], { key: (item) => item }, (item, inner) =>
      inner.step('write', write, { id: `${input.id}-${item}`, text: item }),
    )
    const { by } = await signal('approved')
    if (input.fails) return fail.Refused({ why: by })
    return { total: length + left.length + right.length + more.length, by }
  },
})

async function opened(folder = mkdtempSync(join(tmpdir(), 'heddle-runs-'))) {
  const running = await app('notes', { parts: [tell, Note], database: sqlite() }).open({ folder })
  await running.start()
  return { running, folder }
}

test('a run takes its steps, waits for its signal, and ends with its value', async () => {
  const { running } = await opened()
  const run = await runsOf(running).start(tell, { id: 'n' })
  await runsOf(running).signal(run.run, 'approved', { by: 'Ada' })
  expect(await run.outcome()).toEqual({ ok: true, value: { total: 11, by: 'Ada' } })
  await running.close()
})

test('what was done is undone when the run fails', async () => {
  const { running } = await opened()
  const run = await runsOf(running).start(tell, { id: 'n', fails: true })
  await runsOf(running).signal(run.run, 'approved', { by: 'Ada' })
  expect(await run.outcome()).toMatchObject({ ok: false, errors: [{ code: 'Refused' }] })
  await running.close()
})

test('a run goes on in the next process', async () => {
  const { running, folder } = await opened()
  const { run } = await runsOf(running).start(tell, { id: 'n' })
  await running.close()
  const again = await opened(folder)
  await runsOf(again.running).signal(run, 'approved', { by: 'Bob' })
  expect(await runsOf(again.running).outcome(run)).toEqual({ ok: true, value: { total: 11, by: 'Bob' } })
  await again.running.close()
})

test('a cancelled run undoes what it did', async () => {
  const { running } = await opened()
  const run = await runsOf(running).start(tell, { id: 'n' })
  await runsOf(running).cancel(run.run)
  expect(await run.outcome()).toMatchObject({ ok: false, errors: [{ code: 'RunCancelled' }] })
  await running.close()
})
