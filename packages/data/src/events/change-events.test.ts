import { app, command } from '@heddle/core'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { usualDatabase } from '../testing/test-store.ts'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { changesOf } from './change-events.ts'
import { eventsOf } from './events-of.ts'

const Note = entity('notes.Note', {
  key: 'id',
  fields: { id: z.string(), text: z.string(), due: z.date().optional() },
  softDelete: true,
  timestamps: true,
  versions: true,
  events: true,
})
const Notes = repository(Note)
const Silent = entity('notes.Silent', { key: 'id', fields: { id: z.string() } })
const Silents = repository(Silent)
const { Inserted, Updated, Deleted } = changesOf(Note)

const live = command('notes.Live', {
  input: z.object({ fails: z.boolean() }),
  output: z.null(),
  uses: [Notes, Silents],
  errors: { Refused: z.object({}) },
  async run({ input, ctx, fail }) {
    const notes = ctx.use(Notes)
    ctx.use(Silents).insert({ id: input.fails ? 'no' : 'yes' })
    const first = notes.insert({ id: 'n', text: 'one', due: new Date(0) })
    const second = notes.update(first, { text: 'two' })
    notes.delete(second)
    return input.fails ? fail.Refused({}) : null
  },
})

test('the changes of an entity that says so are events, in order per record, and undone with them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-changes-'))
  const notes = await app('notes', { parts: [live], database: usualDatabase() }).open({ folder })
  await notes.call(live, { fails: true })
  await notes.callOrThrow(live, { fails: false })
  const events = await eventsOf(notes).read({ on: [Inserted, Updated, Deleted] })
  const due = new Date(0)
  expect(events.map(({ offset, name, key, data }) => ({ offset, name, key, data }))).toMatchObject([
    { offset: 1, name: 'notes.Note.Inserted', key: 'n', data: { record: { id: 'n', text: 'one', due } } },
    { offset: 2, name: 'notes.Note.Updated', key: 'n', data: { record: { text: 'two' }, before: { text: 'one' } } },
    {
      offset: 3,
      name: 'notes.Note.Deleted',
      key: 'n',
      data: { record: { text: 'two', version: 3, deletedAt: expect.any(Date) }, before: { text: 'two', version: 2 } },
    },
  ])
  // What was told of it is withdrawn exactly.
  const [, updated, deleted] = events
  expect(deleted?.data).toMatchObject({ before: updated?.data.record })
  expect(await eventsOf(notes).last()).toBe(3)
  expect(Object.keys(notes.manifest.parts['event']!)).toEqual([
    'notes.Note.Deleted',
    'notes.Note.Inserted',
    'notes.Note.Updated',
  ])
  await notes.close()
})

test('an entity that does not say so has no such events', () => {
  expect(() => changesOf(Silent)).toThrow(expect.objectContaining({ code: 'InvalidDefinition' }))
})
