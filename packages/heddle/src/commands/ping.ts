import { command } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from './subject.ts'

/** Answers: the app runs and takes calls. */
export const ping = command('heddle.Ping', {
  kind: 'query',
  summary: 'Answer, to show that the app takes calls',
  input: z.object({}),
  output: z.object({ app: z.string(), at: z.iso.datetime() }),
  access: 'public',
  uses: [SubjectPort],
  async run({ ctx }) {
    const { name } = await ctx.use(SubjectPort).app()
    return { app: name, at: new Date(ctx.clock.now()).toISOString() }
  },
})
