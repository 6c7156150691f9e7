import { Failure, type OpenApp } from '@heddle/core'
import type { Caller } from './call-endpoint.ts'
import type { HttpRequest } from './exchange.ts'
import type { HandlerOptions } from './options.ts'

/** Says who sends a request and in which tenant. Undefined where nobody is asked: then everyone is a stranger. */
export function callerOf(
  { ports }: Pick<OpenApp, 'ports'>,
  { authenticate }: Pick<HandlerOptions, 'authenticate'>,
): ((request: HttpRequest) => Promise<Caller>) | undefined {
  if (!authenticate) return undefined
  return async (request) => {
    try {
      const as = (await authenticate(request, ports)) ?? null
      return { as, tenant: chosenTenant(request), credentials: request.header('authorization') }
    } catch (thrown) {
      if (thrown instanceof Failure) return thrown
      throw thrown
    }
  }
}

/** The tenant that a request names, percent-encoded. Whether its sender may act in it is the call's question. */
export function chosenTenant(request: HttpRequest): string | undefined {
  const header = request.header('heddle-tenant')
  try {
    return header === undefined ? undefined : decodeURIComponent(header)
  } catch {
    return header
  }
}
