import { command, Defect } from '@heddle/core'
import { openApi as documentOf } from '@heddle/serve'
import { z } from 'zod'
import { SubjectPort } from './subject.ts'

/** Gives the OpenAPI document of the app. */
export const openApi = command('heddle.OpenApi', {
  kind: 'query',
  summary: 'Give the OpenAPI document: what the app serves over HTTP',
  input: z.object({
    surface: z.string().optional().describe('The HTTP surface that is meant, where there are several'),
    url: z.string().default('/').describe('Where it is served'),
  }),
  output: z.looseObject({ openapi: z.literal('3.1.1') }),
  errors: { NotServed: z.object({ reason: z.string() }) },
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input, fail, ctx }) {
    const app = await ctx.use(SubjectPort).app()
    try {
      return { ...documentOf(app.manifest(), input) }
    } catch (thrown) {
      if (thrown instanceof Defect && thrown.code === 'MissingPart') return fail.NotServed({ reason: thrown.message })
      throw thrown
    }
  },
})
