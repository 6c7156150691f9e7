import { command, type CommandSection } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from './subject.ts'

/** Lists what can be called. */
export const listCommands = command('heddle.ListCommands', {
  kind: 'query',
  summary: 'List the commands of the app',
  input: z.object({
    domain: z.string().optional().describe('Only of this domain'),
    find: z.string().optional().describe('Only where name or summary hold this text'),
    internal: z.boolean().default(false).describe("Also Heddle's own commands"),
  }),
  output: z.object({
    commands: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['command', 'query']),
        access: z.string(),
        summary: z.string(),
      }),
    ),
  }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { domain, find = '', internal }, ctx }) {
    const app = await ctx.use(SubjectPort).app()
    const wanted = find.toLowerCase()
    const sections = Object.values(app.manifest().parts.command ?? {}) as unknown as CommandSection[]
    return {
      commands: sections
        .filter((section) => domain === undefined || section.domain === domain)
        .filter((section) => internal || domain === 'heddle' || section.domain !== 'heddle')
        .filter(({ name, summary = '' }) => `${name} ${summary}`.toLowerCase().includes(wanted))
        .map(({ name, kind, access, summary = '', deprecated }) => ({
          name,
          kind: kind === 'query' ? ('query' as const) : ('command' as const),
          access,
          summary: deprecated ? `${summary} (deprecated)`.trim() : summary,
        })),
    }
  },
})
