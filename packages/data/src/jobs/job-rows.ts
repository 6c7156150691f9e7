import { repository } from '../repository/repository.ts'
import { systemRepository } from '../repository/system-repository.ts'
import { DeadLetterRecord } from '../system/entities.ts'
import { JobCheckpointRecord, JobRecord } from './job-tables.ts'

/** The rows of jobs: what they are to do, and their newest checkpoints. */
export const JobRows = systemRepository(repository(JobRecord))
/** The checkpoints of jobs that can be restored. */
export const JobCheckpointRows = systemRepository(repository(JobCheckpointRecord))
/** The dead letters of jobs, which wait here to be taken again. */
export const JobLetterRows = systemRepository(repository(DeadLetterRecord))
