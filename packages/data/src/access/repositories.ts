import type { Port } from '@heddle/core'
import { repository } from '../repository/repository.ts'
import { KeyRecord, PrincipalRecord, RoleRecord } from './records.ts'

/** Records of system tables, which exist before the app's entities do and are no parts of it. */
const ofSystem = <Service>(port: Port<Service>): Port<Service> => ({ ...port, part: undefined })

export const Roles = ofSystem(repository(RoleRecord))
export const AccessPrincipals = ofSystem(repository(PrincipalRecord))
export const ApiKeys = ofSystem(repository(KeyRecord))
