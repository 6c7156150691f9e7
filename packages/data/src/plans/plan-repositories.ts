import { repository } from '../repository/repository.ts'
import { PipelineRecord, PlanVersionRecord } from './plan-tables.ts'
import { systemRepository } from '../repository/system-repository.ts'

/** Every version of every plan that ran. */
export const PlanVersions = systemRepository(repository(PlanVersionRecord))
/** Which version of each pipeline runs. */
export const PipelineStates = systemRepository(repository(PipelineRecord))
