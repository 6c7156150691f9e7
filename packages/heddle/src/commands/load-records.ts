import { command, type CommandFacts, type Part } from '@heddle/core'
import { AllRecords, type AnyEntity, depthLimit, type KnowsWays } from '@heddle/data'
import { z } from 'zod'
import { declaredIn } from './declared.ts'
import { SubjectPort } from './subject.ts'

const record = z.record(z.string(), z.unknown())

/** Reads records with what they refer to and what refers to them; for looking at what a command answered. */
export const loadRecords = command('heddle.LoadRecords', {
  kind: 'query',
  summary: 'Read records by their keys, with those that they are associated with',
  input: z.object({
    entity: z.string().describe('Full name, e.g. shop.Order'),
    keys: z
      .array(z.union([z.string(), z.int()]))
      .min(1)
      .max(1000),
    depth: z.int().min(1).max(depthLimit).default(1).describe('1 is the records, each more is a level of associations'),
    flat: z.boolean().default(false).describe('Each record once, by entity and key, instead of one inside the other'),
  }),
  output: z.object({
    records: z.array(record.nullable()).optional().describe('In the order of the keys'),
    store: z.record(z.string(), z.record(z.string(), record)).optional(),
  }),
  access: 'heddle:operate',
  uses: [SubjectPort, AllRecords],
  async run({ input: { flat, ...at }, ctx }) {
    const { commands, parts } = declaredIn(await ctx.use(SubjectPort).app())
    const reader = ctx.use(AllRecords)(parts.filter(isEntity), repositoriesOf(commands.values()))
    return flat ? { store: { ...(await reader.flat(at)) } } : { records: [...(await reader.nested(at))] }
  },
})

const isEntity = (part: Part): part is AnyEntity => part.kind.name === 'entity'

function* repositoriesOf(commands: Iterable<CommandFacts>): Iterable<KnowsWays> {
  for (const { uses } of commands) {
    for (const port of uses) if ('entity' in port && 'paths' in port) yield port as unknown as KnowsWays
  }
}
