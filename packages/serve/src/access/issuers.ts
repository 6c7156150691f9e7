import type { Authenticate } from '../http/options.ts'

const stated = new WeakMap<Authenticate, readonly string[]>()

/** Says whose tokens a way of telling who calls takes. */
export function stateIssuers(authenticate: Authenticate, issuers: readonly string[]): Authenticate {
  stated.set(authenticate, issuers)
  return authenticate
}

/** Whose tokens are taken, as far as it is known. */
export const issuersOf = (authenticate: Authenticate | undefined): readonly string[] =>
  (authenticate && stated.get(authenticate)) ?? []
