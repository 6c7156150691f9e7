import type { LeaseProof } from '@heddle/core'

/** A lease that must still be held with its token when a commit is made: nobody took it since, and it was not given back. */
export interface Fence extends LeaseProof {
  readonly tenant: string
}
