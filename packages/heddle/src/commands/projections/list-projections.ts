import { command } from '@heddle/core'
import { readersOf } from '@heddle/data'
import { z } from 'zod'
import { runningApp, SubjectPort } from '../subject.ts'

/** Says how far each projection is, and what keeps it from going on. */
export const listProjections = command('heddle.ListProjections', {
  kind: 'query',
  summary: 'Say how far each projection is',
  input: z.object({}),
  output: z.object({
    projections: z.array(
      z.object({
        name: z.string(),
        offset: z.int().describe('Everything up to this offset is taken in'),
        behind: z.int().describe('How many events of the database lie behind it'),
        lagMs: z.number().optional().describe('From emitting the event that was taken in last to having done so'),
        trouble: z.string().optional().describe('What keeps it from going on'),
      }),
    ),
  }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ ctx }) {
    const readers = await readersOf(runningApp(ctx.use(SubjectPort)))
    const projections = readers.filter(({ kind }) => kind === 'projection').map(({ kind: _kind, ...facts }) => facts)
    return { projections }
  },
})
