import { app, command, memoryLog } from '@heddle/core'
import { entity, repository, sqlite } from '@heddle/data'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Step } from '../plan/plan.ts'
import { pipeline } from './pipeline.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-pipeline-'))
afterAll(() => rmSync(root, { recursive: true }))

const Note = entity('demo.Note', { key: 'id', fields: { id: z.uuid(), text: z.string() } })
const Notes = repository(Note)
const write = command('demo.Write', {
  input: z.object({ text: z.string(), fails: z.boolean().optional() }),
  output: z.string(),
  errors: { Refused: z.object({}) },
  uses: [Notes],
  run({ input: { text, fails }, ctx, fail }) {
    ctx.use(Notes).insert({ text })
    return fails === true ? fail.Refused({}) : text
  },
})
const listNotes = command('demo.ListNotes', {
  kind: 'query',
  input: z.object({}),
  output: z.array(z.string()),
  uses: [Notes],
  run: async ({ ctx }) => (await ctx.use(Notes).find({})).records.map(({ text }) => text).sort(),
})

/** What is written after a pipeline over a database. */
async function written(steps: readonly unknown[]) {
  const made = pipeline({ heddle: 1, pipeline: 'demo.Run', steps: steps as readonly Step[] }, { commands: [write] })
  const parts = [made, write, listNotes]
  const folder = mkdtempSync(join(root, 'app-'))
  const open = await app('demo', { parts, database: sqlite() }).open({ folder, ports: { log: memoryLog() } })
  const outcome = await open.call(made.command, null)
  const notes = await open.callOrThrow(listNotes, {})
  const letters = await open.ports.deadLetters.list({ tenant: 'main' })
  await open.close()
  return { ok: outcome.ok, notes, ...(letters.length > 0 && { letters }) }
}
const writing = (id: string, text: string, fails = false) => ({
  id,
  call: { command: 'demo.Write', with: { text: `"${text}"`, fails } },
})

test('steps write in one unit of work: what one wrote is undone when a later one fails', async () => {
  expect(await written([writing('a', 'a'), writing('b', 'b')])).toEqual({ ok: true, notes: ['a', 'b'] })
  expect(await written([writing('a', 'a'), writing('b', 'b', true)])).toEqual({ ok: false, notes: [] })
})

test('what a step wrote whose failure is dropped or replaced is undone, and the rest stays', async () => {
  const replaced = { ...writing('b', 'b', true), onError: { use: '"none"' } }
  expect(await written([writing('a', 'a'), replaced, writing('c', 'c')])).toEqual({ ok: true, notes: ['a', 'c'] })
})

test('a dead letter is kept with what the other steps write, or not at all', async () => {
  const call = { command: 'demo.Write', with: { text: 'it', fails: 'it != "a"' } }
  const onError = { deadLetter: { origin: '"notes.txt:" + string(index)' } }
  const each = { id: 'each', forEach: { list: '["a", "b", "c"]', steps: [{ id: 'one', call, onError }] } }
  const letter = { command: 'demo.Write', errors: [{ key: 'domain:Refused' }] }
  expect(await written([each])).toMatchObject({
    ok: true,
    notes: ['a'],
    letters: [
      { ...letter, origin: 'notes.txt:1', input: { text: 'b', fails: true } },
      { ...letter, origin: 'notes.txt:2', input: { text: 'c', fails: true } },
    ],
  })
  expect(await written([each, writing('d', 'd', true)])).toEqual({ ok: false, notes: [] })
})

test('try undoes what its steps wrote, and keeps what the catch writes', async () => {
  const steps = [writing('b', 'b'), writing('c', 'c', true)]
  const tried = { id: 'try', try: { steps, catch: [writing('d', 'd')] } }
  expect(await written([writing('a', 'a'), tried])).toEqual({ ok: true, notes: ['a', 'd'] })
})

test('of a race only the winner writes', async () => {
  const race = {
    id: 'race',
    parallel: {
      wait: 'race',
      branches: [
        { id: 'left', steps: [writing('l', 'left')] },
        { id: 'right', steps: [writing('r', 'right')] },
      ],
    },
  }
  const { ok, notes } = await written([race])
  expect({ ok, count: notes.length }).toEqual({ ok: true, count: 1 })
})
