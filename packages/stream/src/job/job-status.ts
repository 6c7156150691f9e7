import { command } from '@heddle/core'
import { isTurnTaken } from '@heddle/data'
import { z } from 'zod'
import type { Checkpoint } from '../task/checkpoint.ts'
import type { Lag, PartitionReport } from '../task/task-report.ts'
import { guaranteeOf } from './guarantee.ts'
import { UnknownJob } from './job-errors.ts'
import type { JobInstance } from './job-instance.ts'
import { asideName, type KeptJob, turnName } from './job-record.ts'
import { JobsPort } from './live-jobs.ts'
import type { PlacedTask } from './placed-task.ts'
import { silenceOf } from './silence.ts'
import { slowDelivery } from './slow-delivery.ts'

/** What an operator says which job it is about. */
export const jobName = z.string().describe('The full name of the job, e.g. flights.Delays')

/**
 * What a job is doing. `waiting`: it failed, and begins anew after a pause; `elsewhere`: another process runs it; `unserved`:
 * none does.
 */
export const jobState = z.enum(['running', 'waiting', 'paused', 'ended', 'failed', 'elsewhere', 'unserved'])

const time = z.string().describe('Event time, RFC 3339')

const sourceStatus = z.object({
  name: z.string(),
  kind: z.string(),
  records: z.int().describe('Read so far'),
  unread: z.int().describe('Could not be read'),
  rate: z.number().describe('Records a second'),
  partitions: z.int(),
  behind: z.object({ records: z.int().optional(), ms: z.number().optional(), bytes: z.number().optional() }).optional(),
  watermark: time.optional(),
})

const stepStatus = z.object({
  step: z.string(),
  kind: z.string(),
  records: z.int().describe('Given to it'),
  emitted: z.int(),
  failed: z.int(),
  late: z.int(),
  rate: z.number(),
  queued: z.int().describe('In hand or waiting'),
  keys: z.int().optional().describe('How many keys have state'),
  memoryBytes: z.int().optional().describe('How much of the state is in memory'),
  watermark: time.optional(),
})

const sinkStatus = z.object({
  name: z.string(),
  kind: z.string(),
  delivery: z.string(),
  records: z.int(),
  rate: z.number(),
})

const rebuilding = z.object({
  plan: z.string().describe('The hash of the new plan'),
  records: z.int().describe('How many records it has read'),
  of: z.int().describe('How many there are until it is where the job is'),
  because: z.string().optional().describe('Why it cannot be built; the plan before runs on'),
})

/** How a job is doing, as it is told. */
export const jobStatus = z.object({
  job: z.string(),
  state: jobState,
  because: z.string().optional().describe('Why it rests, failed or begins anew'),
  silentMs: z.int().optional().describe('For how long its thread has not answered, where that is too long'),
  plan: z.string().describe('The hash of its plan'),
  rebuilding: rebuilding.optional().describe('Its new plan, whose state is built anew before it takes over'),
  place: z.literal('thread').optional().describe('Where it has a thread of its own'),
  guarantee: z.string(),
  epoch: z.int().describe('The newest checkpoint; 0 before the first'),
  checkpoint: z
    .object({
      ms: z.number().describe('How long it took'),
      keys: z.int().describe('Keys that it wrote'),
      bytes: z.int(),
      at: z.string(),
    })
    .optional(),
  held: z.string().optional().describe('The sink that takes nothing, so that no checkpoint is made'),
  letters: z.int().describe('Dead letters so far'),
  sources: z.array(sourceStatus),
  steps: z.array(stepStatus),
  sinks: z.array(sinkStatus),
})

/** How a job is doing. */
export type JobStatus = z.output<typeof jobStatus>

/** Tells how a job is doing: what its row says, and what the task of this process counts. */
export const showJobStatus = command('heddle.ShowJob', {
  kind: 'query',
  summary: 'Tell how a job is doing: its sources, steps and sinks, how far it is and what holds it',
  input: z.object({ job: jobName }),
  output: jobStatus,
  errors: { UnknownJob },
  access: 'heddle:operate',
  uses: [JobsPort],
  async run({ input: { job: name }, fail, ctx }) {
    const job = ctx.use(JobsPort).find(name)
    return job ? statusOf(job) : fail.UnknownJob({ job: name })
  },
})

/** How a job is doing. */
export async function statusOf({ job, life, store, isPaused, meter }: JobInstance): Promise<JobStatus> {
  const kept = await store.read(job.name)
  const task = life?.task
  const report = task?.report
  const { assembled } = job
  const resting = kept?.state === 'ended' || kept?.state === 'failed' ? kept.state : undefined
  const idle = async () => {
    if (await isPaused()) return 'paused'
    if (life?.trouble !== undefined) return 'waiting'
    if (life?.isHere === true) return 'running'
    if (await isTurnTaken(store.database, turnName(job.name))) return 'elsewhere'
    return 'unserved'
  }
  const state = resting ?? (task ? 'running' : await idle())
  const rate = (of: string) => meter?.rate(of) ?? 0
  const counts = kept?.checkpoint?.counts ?? {}
  const progress = life?.isHere === true ? life.rebuilding : await rebuildingElsewhere(store, kept)
  const silence = state === 'running' ? silenceOf({ job, life }) : undefined
  const held = slowDelivery(report, store.now())
  const because =
    kept?.facts.because ??
    life?.trouble ??
    silence?.text ??
    (state === 'running' ? held : undefined) ??
    (state === 'unserved' ? unservedText(life) : undefined)
  return {
    job: job.name,
    state,
    ...(because !== undefined && { because }),
    ...(silence && { silentMs: Math.round(silence.ms) }),
    ...(held !== undefined && { held }),
    plan: progress && kept ? kept.plan : job.hash,
    ...(progress && { rebuilding: progress }),
    ...(job.plan.place === 'thread' && { place: 'thread' as const }),
    guarantee: guaranteeOf(assembled).text,
    epoch: kept?.checkpoint?.epoch ?? 0,
    ...(report?.lastCheckpoint && {
      checkpoint: { ...report.lastCheckpoint, at: new Date(report.lastCheckpoint.at).toISOString() },
    }),
    letters: total(task, counts, 'letters', report?.letters),
    sources: assembled.sources.map(({ name, source }) => {
      const entry = report?.sources.find((one) => one.name === name)
      return {
        name,
        kind: source.kind,
        records: total(task, counts, `source ${name}`, entry?.received),
        unread: total(task, counts, `source ${name} unread`, entry?.unread),
        rate: rate(`source ${name}`),
        partitions: entry?.partitions.length ?? 0,
        ...behindOf(entry?.partitions),
        ...watermarkOf(entry?.watermark),
      }
    }),
    steps: job.plan.steps.map(({ id }) => {
      const node = report?.steps.find((one) => one.step === id)
      const size = node?.state
      return {
        step: id,
        kind: assembled.kinds.get(id) ?? '',
        records: total(task, counts, `step ${id}`, node?.received),
        emitted: total(task, counts, `step ${id} emitted`, node?.emitted),
        failed: total(task, counts, `step ${id} failed`, node?.failed),
        late: total(task, counts, `step ${id} late`, node?.late),
        rate: rate(`step ${id}`),
        queued: node?.queued ?? 0,
        ...(size && { keys: size.keys, memoryBytes: Math.round(size.memoryBytes) }),
        ...watermarkOf(node?.watermark),
      }
    }),
    sinks: assembled.sinks.map(({ name, sink }) => ({
      name,
      kind: sink.kind,
      delivery: sink.delivery,
      records: total(task, counts, `sink ${name}`, report?.sinks.find((one) => one.name === name)?.received),
      rate: rate(`sink ${name}`),
    })),
  }
}

/** What is to be said of a job that no process runs. One that is up takes it within seconds. */
const unservedText = (life: JobInstance['life']): string =>
  `no process runs it: ${life ? 'this one is about to' : 'start its app, e.g. with heddle start or heddle dev'}`

/** How far the new plan of a job is that another process builds, as of its newest checkpoint. */
async function rebuildingElsewhere(store: JobInstance['store'], kept: KeptJob | undefined) {
  const aside = kept && (await store.read(asideName(kept.name)))
  if (!aside) return undefined
  const records = offsets(aside.checkpoint, aside.checkpoint)
  return { plan: aside.plan, records, of: offsets(kept.checkpoint, aside.checkpoint) }
}

/** How many records were read of the sources that both know. */
function offsets(checkpoint: Checkpoint | undefined, of: Checkpoint | undefined): number {
  const sources = Object.entries(checkpoint?.lanes ?? {}).filter(([name]) => of?.lanes[name] !== undefined)
  return sources.flatMap(([, lanes]) => Object.values(lanes)).reduce((sum, { offset }) => sum + offset, 0)
}

/** What was counted over all restarts: the task knows what was before it. */
const total = (
  task: PlacedTask | undefined,
  kept: Readonly<Record<string, number>>,
  name: string,
  now: number | undefined,
) => (task ? (task.countsBefore[name] ?? 0) + (now ?? 0) : (kept[name] ?? 0))

const watermarkOf = (time: number | undefined) =>
  time !== undefined && Number.isFinite(time) ? { watermark: new Date(time).toISOString() } : {}

export function behindOf(partitions: readonly PartitionReport[] = []) {
  const lags = partitions.map(({ lag }) => lag).filter((lag) => lag !== undefined)
  if (lags.length === 0) return {}
  const sum = (of: keyof Lag) => lags.reduce((all, lag) => all + (lag[of] ?? 0), 0)
  const has = (of: keyof Lag) => lags.some((lag) => lag[of] !== undefined)
  return {
    behind: {
      ...(has('records') && { records: Math.round(sum('records')) }),
      ...(has('bytes') && { bytes: sum('bytes') }),
      ...(has('ms') && { ms: Math.max(...lags.map(({ ms = 0 }) => ms)) }),
    },
  }
}
