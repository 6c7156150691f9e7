import { command } from '@heddle/core'
import { rebuildProjection as rebuild } from '@heddle/data'
import { z } from 'zod'
import { runningApp, SubjectPort } from '../subject.ts'

/** Empties the view of a projection and folds it anew from the first event that is kept. It answers when that has begun. */
export const rebuildProjection = command('heddle.RebuildProjection', {
  summary: 'Empty a view and fold it anew from the first event that is kept',
  destructive: true,
  input: z.object({ name: z.string().describe('Full name of the projection') }),
  output: z.object({ name: z.string() }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { name }, ctx }) {
    await rebuild(runningApp(ctx.use(SubjectPort)), name)
    return { name }
  },
})
