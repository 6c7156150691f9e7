import type { OpenApp, Principal } from '@heddle/core'

/** Who handlers and projections are: the app itself, in the tenant of the event. */
export const identityOf = ({ name }: OpenApp, tenant: string): Principal => ({
  id: `app:${name}`,
  tenant,
  permissions: ['heddle:operate'],
})
