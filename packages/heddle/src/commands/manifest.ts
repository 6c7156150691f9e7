import { command } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from './subject.ts'

/** Gives the manifest of the app. */
export const manifest = command('heddle.Manifest', {
  kind: 'query',
  summary: 'Give the manifest: everything in the app, as JSON',
  input: z.object({}),
  output: z.looseObject({ heddle: z.literal(1), app: z.string(), hash: z.string() }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ ctx }) {
    const app = await ctx.use(SubjectPort).app()
    return { ...app.manifest() }
  },
})
