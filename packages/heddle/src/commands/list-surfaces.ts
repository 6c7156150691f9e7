import { command, type CommandSection } from '@heddle/core'
import { abilities, type Ability, doorsOf, surfaces, type SurfaceSection } from '@heddle/serve'
import { z } from 'zod'
import { SubjectPort } from './subject.ts'

const ability = z.enum(Object.keys(abilities) as [Ability, ...Ability[]])

/** Tells where each command of the app is reached, and what can be done there. */
export const listSurfaces = command('heddle.ListSurfaces', {
  kind: 'query',
  summary: 'List the ways into the app, and where each leads to which command',
  input: z.object({
    command: z.string().optional().describe('Only this one, by its full name'),
    domain: z.string().optional().describe('Only commands of this domain'),
    internal: z.boolean().default(false).describe("Also Heddle's own commands"),
  }),
  output: z.object({
    surfaces: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        transports: z.array(z.string()),
        can: z.array(ability),
      }),
    ),
    commands: z.array(
      z.object({
        name: z.string(),
        access: z.string(),
        doors: z.record(z.string(), z.array(z.string())).describe('By surface: addresses, tools, words'),
      }),
    ),
  }),
  errors: { NoSuchCommand: z.object({ name: z.string() }) },
  access: 'heddle:operate',
  examples: [{}],
  errorExamples: { NoSuchCommand: { command: 'bank.Nothing' } },
  uses: [SubjectPort],
  async run({ input: { command: wanted, domain, internal }, ctx, fail }) {
    const { parts } = (await ctx.use(SubjectPort).app()).manifest()
    const sections = Object.values(parts.command ?? {}) as unknown as CommandSection[]
    const served = (parts.surface ?? {}) as unknown as Readonly<Record<string, SurfaceSection>>
    const isOwn = ({ domain: of }: CommandSection) => of === 'heddle'
    const chosen = sections
      .filter(({ name }) => wanted === undefined || name === wanted)
      .filter(({ domain: of }) => domain === undefined || of === domain)
      .filter((section) => internal || wanted !== undefined || domain === 'heddle' || !isOwn(section))
    if (wanted !== undefined && chosen.length === 0) return fail.NoSuchCommand({ name: wanted })
    return {
      surfaces: surfaces.map(({ name, title, transports = [], can }) => ({
        name,
        title,
        transports: [...transports],
        can: ability.options.filter((each) => can[each]),
      })),
      commands: chosen.map((section) => ({
        name: section.name,
        access: section.access,
        doors: Object.fromEntries(Object.entries(doorsOf(section, served)).map(([name, all]) => [name, [...all]])),
      })),
    }
  },
})
