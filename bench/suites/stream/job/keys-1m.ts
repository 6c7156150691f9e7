import { checkpointedJob } from './checkpointed-job.ts'

export const contender = checkpointedJob(1_000_000)
