import type { Authenticate } from '../http/options.ts'
import { issuersOf, stateIssuers } from './issuers.ts'
import { describeSignIn, signInOf } from './sign-in.ts'

/**
 * Tries one way of telling who calls after another. The first one that knows the sender counts; one that refuses what the
 * request carries ends the search.
 *
 * @example http({ authenticate: firstOf(apiKeys(), jwt({ issuer, audience, jwks })) })
 */
export function firstOf(...ways: readonly Authenticate[]): Authenticate {
  const first: Authenticate = async (request, ports) => {
    for (const authenticate of ways) {
      const principal = await authenticate(request, ports)
      if (principal) return principal
    }
    return undefined
  }
  stateIssuers(first, ways.flatMap(issuersOf))
  return describeSignIn(first, Object.assign({}, ...ways.map((way) => signInOf(way))))
}
