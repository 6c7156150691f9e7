import { command, searchTemplates, templatesOf } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'

/** Lists the templates of the app, or those in which words are found. */
export const listTemplates = command('heddle.ListTemplates', {
  kind: 'query',
  summary: 'List the templates of the app',
  input: z.object({
    find: z.string().default('').describe('Only where name, alias, tag or summary hold each of these words'),
  }),
  output: z.object({
    templates: z.array(
      z.object({
        name: z.string(),
        aliases: z.array(z.string()),
        tags: z.array(z.string()),
        summary: z.string(),
      }),
    ),
  }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { find }, ctx }) {
    const app = await ctx.use(SubjectPort).app()
    const found = searchTemplates(templatesOf(app.parts().parts), find)
    return {
      templates: found.map(({ name, aliases, tags, summary }) => ({
        name,
        aliases: [...aliases],
        tags: [...tags],
        summary,
      })),
    }
  },
})
