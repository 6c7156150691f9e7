import { type AnyFailure, type OpenApp, systemFailure } from '@heddle/core'
import { hostname, isLoopback, isThisMachine } from '../access/near.ts'
import type { Exchange } from './exchange.ts'

/** Says why a request for a host is refused. A server asks it of each request, so known hosts are one look-up. */
export type RefusedHost = (request: Pick<Exchange, 'headers'>) => AnyFailure | undefined

/** What decides which hosts are those of a server. */
export interface ServedHosts {
  /** The names that its user listed; undefined where nothing is said. */
  readonly hosts: readonly string[] | undefined
  /** Names that what is mounted on it is served at besides. */
  readonly more?: readonly string[]
  /** The address on which it listens, where it does. */
  readonly listensOn?: string
}

/** Beyond these, e.g. of a proxy with a port of its own for everybody, hosts are looked at anew. */
const mostKnown = 64

/**
 * Refuses requests for hosts that are not ours. A page of somebody else can have its own name lead to this machine (DNS
 * rebinding), and is of the same origin then; its host tells. Undefined where every name is taken: in production proxies in
 * front pass on whatever they are asked for, and who listens for others has names that nobody here knows.
 */
export function refusedHost({ mode }: Pick<OpenApp, 'mode'>, served: ServedHosts): RefusedHost | undefined {
  const { hosts, more = [], listensOn } = served
  const isPrivate = mode === 'development' && listensOn !== undefined && isThisMachineAlone(listensOn)
  if (hosts === undefined && !isPrivate) return undefined
  const named = new Set([...(hosts ?? []), ...more].map((name) => name.toLowerCase()))
  const known = new Set<string>()
  return ({ headers: { host } }) => {
    // Only programs send none, and these are no danger here: they can say what they like.
    if (host === undefined || known.has(host)) return undefined
    const name = hostname(host)
    if (!isThisMachine(name) && !named.has(name)) return unlistedHost(name)
    if (known.size < mostKnown) known.add(host)
    return undefined
  }
}

/** What is said of a host that is none of ours. */
export const unlistedHost = (name: string): AnyFailure =>
  systemFailure('Denied', { because: `"${name}" is none of the hosts that it is served at: list it in \`hosts\`` })

const isThisMachineAlone = (address: string) => address === 'localhost' || isLoopback(address)
