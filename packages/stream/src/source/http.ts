import { type AnyCommand, command, Defect, toJson } from '@heddle/core'
import { z } from 'zod'
import type { Brought } from './brought.ts'
import { pushPart, queueIn, queuePort } from './http/push-part.ts'
import { PushQueue, type PushQueueOptions } from './http/push-queue.ts'
import { durationText, readDuration } from './settings.ts'
import { defineSource } from './source.ts'
import { appLog, logOf } from './topic/app-log.ts'
import { topicReader } from './topic/topic-reader.ts'

const config = z.strictObject({
  partitions: z.int().min(1).max(64).optional().describe('@default 1, which keeps all records in order'),
  waiting: z.int().min(1).optional().describe('How many records may wait for the job. @default 1000000'),
  keep: durationText.optional().describe('How long records are kept for the job to read them (again). @default 30d'),
})

/** What a source of pushed records is told. */
export type HttpSourceConfig = z.output<typeof config>

/**
 * The kind of source `http`: records that are pushed, by a command that it brings to every surface, e.g. flights.PushDelays of
 * the job flights.Delays: a webhook
 * sends one, a bulk of them comes as a list. They are durable in the log before they are acknowledged, so that the job reads
 * them again after a crash. An idempotency key is respected as with every command.
 */
export const httpSourceKind = defineSource<HttpSourceConfig>({
  name: 'http',
  summary: 'Records that are pushed to a command of the app, durable before they are acknowledged',
  config,
  examples: [{}, { partitions: 4, waiting: 100_000 }],
  create: (given) => {
    const optionsFor = (job: string, name: string): PushQueueOptions => ({
      topic: name === 'source' ? `${job}.pushed` : `${job}.${name}.pushed`,
      partitions: given.partitions ?? 1,
      limit: given.waiting ?? 1_000_000,
      maxAgeMs: readDuration(given.keep ?? '30d')!,
    })
    let brought: (Brought & { readonly of: string }) | undefined
    return {
      kind: 'http',
      needsApp: true,
      bounded: false,
      guarantees: { replays: true, ordered: true },
      how: ['partitions', 'waiting', 'keep'],
      describe: () => ({ ...given }),
      brings({ job, name, schema = z.unknown(), access }) {
        const of = `${job}/${name}`
        if (brought?.of === of) return brought
        const queue = queuePort(of)
        const push = pushCommand(pushName(job, name), queue, schema, access)
        return (brought = { of, parts: [appLog, pushPart(of, queue, optionsFor(job, name))], commands: [push] })
      },
      async open(host) {
        const { app, job, name } = host
        const options = optionsFor(job, name)
        const queue = app ? queueIn(app, `${job}/${name}`) : new PushQueue(options, () => logOf(host))
        if (!queue) throw new Defect('MissingPart', { name: job, missing: `the queue of the source ${name}` })
        const topic = await queue.topic()
        return {
          partitions: () => Array.from({ length: topic.partitions }, (_, partition) => String(partition)),
          openPartition(lane, position) {
            const partition = Number(lane)
            const at = position as { readonly next: number } | undefined
            if (at) queue.committed(partition, at.next)
            const committed = (offset: number) => queue.committed(partition, offset)
            return topicReader(
              { topic, partition, from: 'earliest', watermarks: false, changes: false, host, committed },
              at,
            )
          },
          close() {},
        }
      },
    }
  },
})

/** `flights.Delays` is pushed to by flights.PushDelays; a named source of it, `radar`, by flights.PushDelaysRadar. */
function pushName(job: string, name: string): string {
  const dot = job.lastIndexOf('.')
  const own = name === 'source' ? '' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  return `${job.slice(0, dot + 1)}Push${job.slice(dot + 1)}${own}`
}

/** So many records are taken at once (limit `httpSource.records`). */
const recordLimit = 10_000

function pushCommand(
  name: string,
  queue: ReturnType<typeof queuePort>,
  schema: z.ZodType,
  access: NonNullable<Parameters<typeof command>[1]['access']>,
): AnyCommand {
  return command(name, {
    summary: 'Push records to the job: they are durable once this is answered',
    input: z.object({ records: z.array(schema).min(1).max(recordLimit) }),
    output: z.object({ taken: z.int() }),
    access,
    uses: [queue],
    async run({ input: { records }, ctx }) {
      await ctx.use(queue).push(
        records.map((record) => JSON.stringify(toJson(record))),
        ctx.clock.now(),
      )
      return { taken: records.length }
    },
  }) as AnyCommand
}
