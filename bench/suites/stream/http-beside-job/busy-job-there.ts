import { busyJob } from './busy-job.ts'

/** What the thread of the job imports. */
export const busy = busyJob('thread')
