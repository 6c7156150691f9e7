import { type AnyFailure, systemFailure } from '@heddle/core'
import { hostname, isLoopback, isThisMachine } from '../../access/near.ts'
import { allowsOrigin } from '../../http/allowed-origin.ts'
import type { HttpRequest } from '../../http/exchange.ts'
import type { CorsOptions } from '../../http/cors.ts'
import { unlistedHost } from '../../http/hosts.ts'

/** Whose pages may send requests. */
export interface PageGuard {
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  readonly cors: CorsOptions | undefined
}

/**
 * Refuses what a page of somebody else sends. A page can have its own name lead to this machine (DNS rebinding): then its
 * origin is the host that it asked for, so that host has to be one of ours. Programs send no origin, and are no danger here:
 * they can say what they like.
 */
export function refusedPage(request: HttpRequest, { hosts, origins, cors }: PageGuard): AnyFailure | undefined {
  const origin = request.header('origin')
  if (origin === undefined && request.header('sec-fetch-site') === undefined) return undefined
  const host = request.header('host') ?? ''
  const { remoteAddress } = request
  const name = hostname(host)
  const isOurs = hosts.includes(name) || isThisMachine(name)
  if (!isOurs && (hosts.length > 0 || (remoteAddress !== undefined && isLoopback(remoteAddress)))) {
    return unlistedHost(name)
  }
  if (origin === undefined) return undefined
  if (URL.canParse(origin) && new URL(origin).host === host) return undefined
  if (origins.includes(origin) || (cors && allowsOrigin(cors, origin))) return undefined
  return refused(`pages of "${origin}" may not send requests: list it in \`origins\``)
}

const refused = (because: string) => systemFailure('Denied', { because })
