import type { Port } from '@heddle/core'
import { repository } from '../repository/repository.ts'
import { PipelineRecord, PlanVersionRecord } from './plan-tables.ts'

/** Records of system tables, which exist before the app's entities do and are no parts of it. */
const ofSystem = <Service>(port: Port<Service>): Port<Service> => ({ ...port, part: undefined })

/** Every version of every plan that ran. */
export const PlanVersions = ofSystem(repository(PlanVersionRecord))
/** Which version of each pipeline runs. */
export const PipelineStates = ofSystem(repository(PipelineRecord))
