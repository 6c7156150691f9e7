import { command, findTemplate, templatesOf } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'

/** Tells everything about one template: its section of the manifest, with the JSON Schema of its config. */
export const describeTemplate = command('heddle.DescribeTemplate', {
  kind: 'query',
  summary: 'Tell everything about one template',
  input: z.object({ name: z.string().describe('Full name or alias') }),
  output: z.object({ section: z.record(z.string(), z.json()).describe('As in the manifest') }),
  errors: { UnknownTemplate: z.object({ name: z.string(), known: z.array(z.string()) }) },
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { name }, fail, ctx }) {
    const app = await ctx.use(SubjectPort).app()
    const templates = templatesOf(app.parts().parts)
    const template = findTemplate(templates, name)
    if (!template) {
      const known = templates.map((other) => other.name)
      const message = `There is no template "${name}". Look among them with \`heddle templates list\`.`
      return fail.UnknownTemplate({ name, known }, { message })
    }
    return { section: template.describe() as Record<string, z.core.util.JSONType> }
  },
})
