import { Failure } from '@heddle/core'
import { cookieOf } from '../expose/cookie-of.ts'
import type { HttpRequest } from '../http/exchange.ts'
import type { Authenticate } from '../http/options.ts'
import { sameOrigin, type SameOriginOptions } from './same-origin.ts'
import { describeSignIn } from './sign-in.ts'

/**
 * Takes the credential of another way from a cookie, for pages whose browser keeps it: an API key, a token. It counts for
 * requests of pages of this origin alone, as `sameOrigin` sees to. Browsers send a cookie without being asked, so one that is
 * no longer valid is none: whoever sends it is a stranger and may sign in again.
 *
 * @example http({ authenticate: firstOf(apiKeys(), fromCookie('__Host-session', apiKeys())) })
 */
export function fromCookie(name: string, authenticate: Authenticate, options?: SameOriginOptions): Authenticate {
  const way: Authenticate = async (request, ports) => {
    const credential = cookieOf(request, name)
    if (!credential) return undefined
    try {
      return await authenticate(withCredential(request, credential), ports)
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.code === 'InvalidCredentials') return undefined
      throw thrown
    }
  }
  return describeSignIn(sameOrigin(way, options), { cookie: { type: 'apiKey', in: 'cookie', name } })
}

/** The same request as one that brings the credential where programs do. */
const withCredential = (request: HttpRequest, credential: string): HttpRequest => ({
  method: request.method,
  url: request.url,
  remoteAddress: request.remoteAddress,
  header: (name) =>
    name === 'authorization' ? `Bearer ${credential}` : name === 'x-api-key' ? undefined : request.header(name),
})
