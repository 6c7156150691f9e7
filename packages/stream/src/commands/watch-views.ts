import { command, stream } from '@heddle/core'
import { z } from 'zod'
import { UnknownJob } from '../job/job-errors.ts'
import { jobName } from '../job/job-status.ts'
import { JobsPort } from '../job/live-jobs.ts'
import type { LiveView } from '../sink/view/live-view.ts'
import { merged } from './merged.ts'

/** Follows everything that a job shows in its live views. */
export const watchViews = command('heddle.WatchViews', {
  kind: 'query',
  summary: 'Follow all live views of a job in one stream: all their rows, and then what changes',
  input: z.object({ job: jobName }),
  output: stream(
    z.object({
      view: z.string().describe('The name of the sink'),
      set: z.array(z.object({ key: z.string(), value: z.unknown() })),
      gone: z.array(z.string()).describe('The keys of rows that are there no more'),
    }),
    z.null(),
  ),
  errors: { UnknownJob },
  access: 'heddle:operate',
  uses: [JobsPort],
  async *run({ input: { job }, fail, ctx }) {
    const live = ctx.use(JobsPort)
    if (!live.find(job)) return fail.UnknownJob({ job })
    const leaving = new AbortController()
    const signal = AbortSignal.any([ctx.signal, leaving.signal])
    try {
      yield* merged([...live.viewsOf(job)].map(([name, view]) => changesOf(name, view, signal)))
    } finally {
      leaving.abort()
    }
    ctx.signal.throwIfAborted()
    return null
  },
})

async function* changesOf(name: string, view: LiveView, signal: AbortSignal) {
  for await (const { set, gone } of view.watch(signal)) yield { view: name, set: [...set], gone: [...gone] }
}
