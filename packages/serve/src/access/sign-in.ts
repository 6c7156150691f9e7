import type { Authenticate } from '../http/options.ts'
import type { SecurityScheme } from '../openapi/document.ts'

/** Ways to sign in by name, as OpenAPI writes them. */
export type SignIn = Readonly<Record<string, SecurityScheme>>

const described = new WeakMap<Authenticate, SignIn>()

/**
 * Says in OpenAPI's words how senders tell who they are, for an `authenticate` of your own.
 *
 * @example
 * const authenticate = describeSignIn((request) => sessions.find(request.header('cookie')), {
 *   session: { type: 'apiKey', in: 'cookie', name: 'session' },
 * })
 */
export function describeSignIn(authenticate: Authenticate, signIn: SignIn): Authenticate {
  described.set(authenticate, signIn)
  return authenticate
}

/** How senders tell who they are; where nothing was said, what the challenge of a 401 asks for. */
export function signInOf(authenticate: Authenticate | undefined, challenge = 'Bearer'): SignIn {
  if (!authenticate) return {}
  const scheme = challenge.split(' ', 1)[0]!.toLowerCase()
  return described.get(authenticate) ?? { [scheme]: { type: 'http', scheme } }
}
