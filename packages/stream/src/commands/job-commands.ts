import type { AnyCommand } from '@heddle/core'
import { showJobStatus } from '../job/job-status.ts'
import { dropJob } from './drop-job.ts'
import { explainJob } from './explain-job.ts'
import { listCheckpoints } from './list-checkpoints.ts'
import { listJobs } from './list-jobs.ts'
import { pauseJob } from './pause-job.ts'
import { replayJobLetters } from './replay-job-letters.ts'
import { restoreJob } from './restore-job.ts'
import { resetJob } from './reset-job.ts'
import { resumeJob } from './resume-job.ts'
import { watchJobs } from './watch-jobs.ts'
import { watchViews } from './watch-views.ts'

/** The commands of operators for jobs. */
export const jobCommands = [
  listJobs,
  showJobStatus,
  explainJob,
  pauseJob,
  resumeJob,
  replayJobLetters,
  listCheckpoints,
  restoreJob,
  resetJob,
  dropJob,
  watchJobs,
  watchViews,
] as unknown as readonly AnyCommand[]
