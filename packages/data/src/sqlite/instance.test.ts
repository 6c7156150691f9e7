import { app, command } from '@heddle/core'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { sqlite } from './sqlite.ts'

const Notes = repository(entity('notes.Note', { key: 'id', fields: { id: z.uuid(), text: z.string() } }))

const addNote = command('notes.AddNote', {
  input: z.object({ text: z.string() }),
  output: z.object({}),
  uses: [Notes],
  run({ input, ctx }) {
    ctx.use(Notes).insert(input)
    return {}
  },
})

const listNotes = command('notes.ListNotes', {
  kind: 'query',
  input: z.object({}),
  output: z.array(z.string()),
  uses: [Notes],
  run: async ({ ctx }) => (await ctx.use(Notes).find()).records.map(({ text }) => text),
})

const newFolder = () => mkdtempSync(join(tmpdir(), 'heddle-instance-'))

test('one declared app is open over several folders at once, each with its own records and its own end', async () => {
  const notes = app('notes', { parts: [addNote, listNotes], database: sqlite() })
  const first = await notes.open({ folder: newFolder() })
  const second = await notes.open({ folder: newFolder() })
  await first.callOrThrow(addNote, { text: 'first' })
  await second.callOrThrow(addNote, { text: 'second' })
  expect(await first.callOrThrow(listNotes, {})).toEqual(['first'])
  await first.close()
  expect(await second.health()).toMatchObject({ ok: true, parts: { 'database sqlite': { ok: true } } })
  await second.callOrThrow(addNote, { text: 'third' })
  expect(await second.callOrThrow(listNotes, {})).toEqual(['second', 'third'])
  await second.close()
})

test('two apps may name the same database value, also a simulated one', async () => {
  const database = sqlite().simulated!()
  const [left, right] = [
    await app('left', { parts: [addNote, listNotes], database }).open(),
    await app('right', { parts: [addNote, listNotes], database }).open(),
  ]
  await left.callOrThrow(addNote, { text: 'left' })
  expect(await right.callOrThrow(listNotes, {})).toEqual([])
  await left.close()
  await right.close()
})

test('the same folder is still owned by one opening alone', async () => {
  const folder = newFolder()
  const notes = app('notes', { parts: [addNote], database: sqlite() })
  const open = await notes.open({ folder })
  await expect(notes.open({ folder })).rejects.toMatchObject({ code: 'DatabaseLocked' })
  await open.close()
})
