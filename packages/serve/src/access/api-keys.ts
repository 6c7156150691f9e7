import { apiKeyPrefix } from '@heddle/core'
import type { HttpRequest } from '../http/exchange.ts'
import type { Authenticate } from '../http/options.ts'
import { bearerToken, refused } from './credentials.ts'
import { describeSignIn } from './sign-in.ts'

const signIn = {
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  apiKeyAsBearer: { type: 'http', scheme: 'bearer', description: 'The same key as a bearer token.' },
}

/**
 * Takes API keys that the app's database knows, from `Authorization: Bearer hk_…` or `X-API-Key`. A request without a key
 * comes from a stranger; one with a key that is not valid is refused.
 *
 * @throws {Failure} InvalidCredentials, for each request with a key that is not valid
 * @example http({ authenticate: apiKeys() })
 */
export function apiKeys(): Authenticate {
  return describeSignIn((request, { principals }) => {
    const key = keyOf(request)
    return key === undefined ? undefined : principals.ofKey(key)
  }, signIn)
}

function keyOf(request: HttpRequest): string | undefined {
  const own = request.header('x-api-key')
  const token = bearerToken(request)
  const bearer = token?.startsWith(apiKeyPrefix) ? token : undefined
  // Which of two would count is a question that attackers like better than users.
  if (own !== undefined && bearer !== undefined && own !== bearer) throw refused('the request carries two API keys')
  return own ?? bearer
}
