import type { Port } from '@heddle/core'
import { repository } from '../repository/repository.ts'
import { KeyRecord, PrincipalRecord, RoleRecord } from './records.ts'

/** Records of system tables, which exist before the app's entities do and are no parts of it. */
const ofSystem = <Service>(port: Port<Service>): Port<Service> => ({ ...port, part: undefined })

/** The roles of the call's tenant. */
export const AccessRoles = ofSystem(repository(RoleRecord))
/** The principals of the call's tenant. */
export const AccessPrincipals = ofSystem(repository(PrincipalRecord))
/** The API keys of the call's tenant, without their secrets. */
export const AccessKeys = ofSystem(repository(KeyRecord))
