import type { Authenticate } from '../http/options.ts'

/**
 * Tries one way of telling who calls after another. The first one that knows the sender counts; one that refuses what the
 * request carries ends the search.
 *
 * @example http({ authenticate: firstOf(apiKeys(), jwt({ issuer, audience, jwks })) })
 */
export function firstOf(...ways: readonly Authenticate[]): Authenticate {
  return async (request, ports) => {
    for (const authenticate of ways) {
      const principal = await authenticate(request, ports)
      if (principal) return principal
    }
    return undefined
  }
}
