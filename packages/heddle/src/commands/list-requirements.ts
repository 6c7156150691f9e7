import { command, type CommandSection, type EventSection, type Manifest } from '@heddle/core'
import { type Plan, walkSteps } from '@heddle/pipeline'
import { z } from 'zod'
import { SubjectPort } from './subject.ts'

const place = z.object({
  kind: z.enum(['command', 'event', 'step']),
  name: z.string().describe('The command or event, or the pipeline of the step'),
  step: z.string().optional(),
})

/** Where an app names a requirement. */
export type RequirementPlace = z.output<typeof place>

/** Tells which commands, events and steps of plans name which requirement. */
export const listRequirements = command('heddle.ListRequirements', {
  kind: 'query',
  summary: 'List the requirements that the app names, with what meets each',
  input: z.object({
    expected: z
      .record(z.string(), z.string())
      .optional()
      .describe('The requirements that there are, by their ids, with what they ask for'),
  }),
  output: z.object({
    requirements: z.array(z.object({ id: z.string(), summary: z.string(), metBy: z.array(place) })),
    missing: z.array(z.string()).describe('Ids that are expected and that nothing names'),
    unknown: z.array(z.string()).describe('Ids that something names and that are not expected'),
  }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { expected }, ctx }) {
    const app = await ctx.use(SubjectPort).app()
    const named = Map.groupBy(namings(app.manifest()), ([id]) => id)
    const ids = [...new Set([...Object.keys(expected ?? {}), ...named.keys()])].sort(byNumber)
    return {
      requirements: ids.map((id) => ({
        id,
        summary: expected?.[id] ?? '',
        metBy: (named.get(id) ?? []).map(([, where]) => where),
      })),
      missing: expected ? ids.filter((id) => !named.has(id)) : [],
      unknown: expected ? ids.filter((id) => !Object.hasOwn(expected, id)) : [],
    }
  },
})

/** `FR-9` comes before `FR-12`. */
const byNumber = new Intl.Collator('en', { numeric: true }).compare

/** Every id with a place that names it. */
function* namings({ parts }: Manifest): Generator<readonly [id: string, place: RequirementPlace]> {
  for (const section of Object.values(parts.command ?? {}) as unknown as CommandSection[]) {
    for (const id of section.requirements ?? []) yield [id, { kind: 'command', name: section.name }]
  }
  for (const section of Object.values(parts.event ?? {}) as unknown as EventSection[]) {
    for (const id of section.requirements ?? []) yield [id, { kind: 'event', name: section.name }]
  }
  const planned = [...Object.values(parts.pipeline ?? {}), ...Object.values(parts.workflow ?? {})]
  for (const { plan } of planned as unknown as { readonly plan?: Plan }[]) {
    for (const { step } of plan ? walkSteps(plan) : []) {
      for (const id of step.requirements ?? []) yield [id, { kind: 'step', name: plan!.pipeline, step: step.id }]
    }
  }
}
