import { after, command, type Context, type DeadLetter, type Port, systemFailure } from '@heddle/core'
import { dataUnit, JobLetterRows } from '@heddle/data'
import { readStep } from '@heddle/pipeline'
import { z } from 'zod'
import { statusOf } from '../job/job-status.ts'
import type { JobInstance } from '../job/job-instance.ts'
import { JobsPort, letterTopic } from '../job/live-jobs.ts'
import { recordIn } from '../task/letter-record.ts'

/** Tells every process of the app that letters wait for its jobs. */
const LetterNotices: Port<{ tell(): unknown }> = {
  kind: 'port',
  name: 'heddle.LetterNotices',
  external: false,
  bind(scope) {
    const { notices } = dataUnit(scope, 'heddle.LetterNotices').database
    return { tell: () => notices.publish(letterTopic, '') }
  },
}

/** Gives dead letters of jobs back to their jobs, which take the records again between two batches, oldest first. */
export const replayJobLetters = command('heddle.ReplayJobLetters', {
  summary: 'Give dead letters back to their jobs, which take the records again where they failed',
  input: z.object({ ids: z.array(z.string()).min(1).max(100_000) }),
  output: z.object({
    queued: z.array(
      z.object({
        job: z.string(),
        letters: z.int(),
        message: z.string().describe('When the job takes them'),
      }),
    ),
    failed: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
  }),
  idempotent: true,
  access: 'heddle:operate',
  uses: [JobsPort, JobLetterRows, LetterNotices],
  hooks: [after('committed', ({ ctx }) => void (ctx as Context).use(LetterNotices).tell())],
  async run({ input: { ids }, ctx }) {
    const jobs = ctx.use(JobsPort)
    const rows = ctx.use(JobLetterRows)
    const queued = new Map<JobInstance, number>()
    const failed: { id: string; code: string; message: string }[] = []
    for (const id of ids) {
      const letter = await rows.get(id)
      // Somebody dropped it meanwhile, or it was taken already.
      if (!letter) continue
      const [name = ''] = letter.command.split('/')
      const job = jobs.find(name)
      const reason = job ? await lacking(job, letter as unknown as Row) : `there is no job "${name}" in this app`
      if (!job || reason !== undefined) {
        const { code, message } = systemFailure('LetterNotCallable', { id, job: name, reason }).toJSON()
        failed.push({ id, code, message })
        continue
      }
      if (letter.queuedFor !== name) await rows.update(letter, { queuedFor: name })
      queued.set(job, (queued.get(job) ?? 0) + 1)
    }
    const told = [...queued].map(async ([job, letters]) => ({ job: job.name, letters, message: await whenTaken(job) }))
    return { queued: await Promise.all(told), failed }
  },
})

type Row = DeadLetter & { readonly masked?: boolean }

/** Why a job cannot take a letter. */
async function lacking({ job: { assembled }, store }: JobInstance, letter: Row): Promise<string | undefined> {
  const record = recordIn(letter)
  if (record === undefined) return 'not enough of it was kept'
  if (letter.masked && !(await store.whole(letter))) return 'there are no keys to decrypt what was kept of it'
  const place = letter.command.slice(letter.command.indexOf('/') + 1)
  const isThere =
    record.of === 'step'
      ? assembled.kinds.has(place)
      : (record.of === 'sink' ? assembled.sinks : assembled.sources).some(({ name }) => name === place)
  return isThere ? undefined : `the ${record.of} "${place}" is not there any more`
}

async function whenTaken(job: JobInstance): Promise<string> {
  const { state } = await statusOf(job)
  const { name } = job
  const late = lateNote(job)
  switch (state) {
    case 'running':
      return `${name} takes them now${late}`
    case 'elsewhere':
      return `${name} takes them in the process that runs it${late}`
    case 'unserved':
      return `${name} takes them once a process runs it${late}`
    case 'waiting':
      return `${name} takes them once it has begun anew${late}`
    default:
      return `${name} is ${state}, and takes them once it goes on: heddle jobs resume ${name}${late}`
  }
}

/** Watermarks stay where they are, so that what has waited for long comes late to steps that look at time. */
function lateNote({ name, job: { plan } }: JobInstance): string {
  const timed = plan.steps.filter((step) => {
    const read = readStep(step)
    return read?.kind.job?.sides?.(read.config).includes('late')
  })
  if (timed.length === 0) return ''
  const steps = timed.map(({ id }) => `"${id}"`).join(', ')
  return `; what is too late for ${steps} by now goes to the side \`late\`: heddle jobs show ${name} counts it`
}
