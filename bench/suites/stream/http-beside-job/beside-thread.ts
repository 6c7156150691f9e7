import { busyJob } from './busy-job.ts'
import { served } from './served.ts'

export const contender = served(() => busyJob('thread'))
