import { command, type CommandSection } from '@heddle/core'
import { findCommand } from '@heddle/serve'
import { z } from 'zod'
import { SubjectPort } from './subject.ts'

/** Tells everything about one command: its section of the manifest. */
export const describeCommand = command('heddle.DescribeCommand', {
  kind: 'query',
  summary: 'Tell everything about one command',
  input: z.object({ name: z.string().describe('Full name, or any writing of it that fits only one') }),
  output: z.record(z.string(), z.json()),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { name }, ctx }) {
    const app = await ctx.use(SubjectPort).app()
    const sections = (app.manifest().parts.command ?? {}) as unknown as Readonly<Record<string, CommandSection>>
    const section: Readonly<Record<string, unknown>> = { ...findCommand(name, sections) }
    return section as Record<string, z.core.util.JSONType>
  },
})
