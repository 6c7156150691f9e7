import { type LeaseProof, systemFailure } from '@heddle/core'

/** A lease that must still be held with its token when a commit is made: nobody took it since, and it was not given back. */
export interface Fence extends LeaseProof {
  readonly tenant: string
}

/** The fence of a lease of a tenant. */
export const fenceOf = ({ name, token, tenant }: LeaseProof, own: string): Fence => ({
  name,
  token,
  tenant: tenant ?? own,
})

/** Somebody else holds the lease by now, or nobody. */
export const lostLease = ({ name: lease, token }: Fence) => systemFailure('LeaseLost', { lease, token })
