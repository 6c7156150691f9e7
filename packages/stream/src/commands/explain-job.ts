import { command } from '@heddle/core'
import { drawText } from '@heddle/pipeline'
import { z } from 'zod'
import { guaranteeOf } from '../job/guarantee.ts'
import { UnknownJob } from '../job/job-errors.ts'
import type { JobInstance } from '../job/job-instance.ts'
import { jobName, statusOf } from '../job/job-status.ts'
import { JobsPort } from '../job/live-jobs.ts'
import { whatWasLate, whyBehind } from '../job/why-behind.ts'

/** Tells what a job does and promises: its plan, its weakest link, what each step reads and keeps, and why it is behind. */
export const explainJob = command('heddle.ExplainJob', {
  kind: 'query',
  summary: 'Tell what a job does and promises, what each step reads and keeps, and why it is behind',
  input: z.object({ job: jobName }),
  output: z.object({
    job: z.string(),
    plan: z.string().describe('The graph as text'),
    place: z.literal('thread').optional().describe('Where it has a thread of its own'),
    guarantee: z.object({ level: z.string(), text: z.string(), because: z.array(z.string()) }),
    sources: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        what: z.unknown(),
        decode: z.string(),
        needed: z.array(z.string()).optional().describe('The only fields that are decoded'),
      }),
    ),
    steps: z.array(
      z.object({
        step: z.string(),
        kind: z.string(),
        reads: z.array(z.string()),
        state: z.record(z.string(), z.string()).describe('Its cells'),
      }),
    ),
    sinks: z.array(z.object({ name: z.string(), kind: z.string(), delivery: z.string(), what: z.unknown() })),
    notes: z.array(z.string()).describe('What may not be meant, e.g. a side that nobody reads'),
    behind: z.array(z.string()).describe('Why it is behind, the most likely cause first'),
    late: z.array(z.string()).describe('For which steps records came too late, which is no lag'),
  }),
  errors: { UnknownJob },
  access: 'heddle:operate',
  uses: [JobsPort],
  async run({ input: { job: name }, fail, ctx }) {
    const instance = ctx.use(JobsPort).find(name)
    if (!instance) return fail.UnknownJob({ job: name })
    const { job } = instance
    const { assembled } = job
    const { level, text, because } = guaranteeOf(assembled)
    const status = await statusOf(instance)
    return {
      job: name,
      plan: drawText(job.plan).join('\n'),
      ...(job.plan.place === 'thread' && { place: 'thread' as const }),
      guarantee: { level, text, because: [...because] },
      sources: assembled.sources.map(({ name: own, source, decode, needed }) => ({
        name: own,
        kind: source.kind,
        what: source.describe(),
        decode,
        ...(needed && { needed: needed.map((path) => path.join('.')) }),
      })),
      steps: [...assembled.reads].map(([step, reads]) => ({
        step,
        kind: assembled.kinds.get(step)!,
        reads: [...reads],
        state: Object.fromEntries(
          Object.entries(assembled.steps[step]?.cells ?? {}).map(([cell, { cell: what }]) => [cell, what]),
        ),
      })),
      sinks: assembled.sinks.map(({ name: own, sink }) => ({
        name: own,
        kind: sink.kind,
        delivery: sink.delivery,
        what: sink.describe(),
      })),
      notes: [...assembled.notes.map(({ message }) => message), ...onceNotes(assembled)],
      behind: whyBehind(status, instance.life?.task?.report, instance.watch?.lately),
      late: whatWasLate(status),
    }
  },
})

/** What is found out late otherwise: with the first edit that needs the state built anew. */
const onceNotes = ({ sources, steps }: JobInstance['job']['assembled']): string[] =>
  Object.keys(steps).length === 0
    ? []
    : sources.flatMap(({ name, source: { once } }) =>
        once === undefined ? [] : [`state cannot be built anew for another plan from the source "${name}": ${once}`],
      )
