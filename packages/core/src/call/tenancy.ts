import type { CallOptions } from '../app/app.ts'
import { Defect } from '../error/defect.ts'
import { systemFailure } from '../error/failure.ts'

/** Whether an app serves one tenant, or many in one database. The other two are not there yet. */
export type Tenancy = 'none' | 'shared' | 'schema' | 'database'

/** The tenant of those who name none. */
export const mainTenant = 'main'

/**
 * In which tenant a call acts: its caller's own, or one that the caller may choose. The app's own code may choose any.
 *
 * @throws {Failure} TenantDenied
 */
export function tenantOf({ as, tenant }: CallOptions, tenancy: Tenancy): string {
  const own = as?.tenant ?? mainTenant
  const chosen = tenant ?? own
  if (tenancy === 'none') {
    if (chosen === mainTenant) return chosen
    throw denied(chosen, "this app serves a single tenant (tenancy: 'none')")
  }
  if (chosen !== mainTenant && !form.test(chosen)) {
    throw denied(chosen, 'a tenant is named by 1 to 200 characters, none of them a control character')
  }
  if (as === undefined || chosen === own) return chosen
  if (as === null) throw denied(chosen, 'a stranger has no tenant to choose')
  if (as.tenants?.some((one) => one === chosen || one === '*')) return chosen
  throw denied(chosen, `it is none of the tenants of ${as.id}`)
}

// The empty name is the one under which Heddle keeps what belongs to no tenant.
const form = /^[^\p{Cc}]{1,200}$/u

const denied = (tenant: string, because: string) => systemFailure('TenantDenied', { tenant, because })

/** @throws {Defect} InvalidDefinition, for a tenancy that is not there */
export function assertTenancy(name: string, tenancy: Tenancy = 'none'): void {
  if (tenancy === 'none' || tenancy === 'shared') return
  const known = tenancy === 'schema' || tenancy === 'database'
  const reason = known
    ? `tenancy: '${tenancy}' is not there yet; 'shared' keeps all tenants in one database`
    : `tenancy: ${JSON.stringify(tenancy)} is none of 'none' and 'shared'`
  throw new Defect('InvalidDefinition', { name, reason })
}
