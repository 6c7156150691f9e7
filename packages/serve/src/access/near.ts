import { BlockList, isIP } from 'node:net'
import type { HttpRequest } from '../http/exchange.ts'
import { hostOf } from './same-origin.ts'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** What proxies add beside `X-Forwarded-…`: behind one of this machine, requests of everybody come from here. */
const proxyHeaders: ReadonlySet<string> = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fly-client-ip',
  'fastly-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-original-forwarded-for',
  'x-original-host',
])

const addedByProxy = (name: string) => name.startsWith('x-forwarded-') || proxyHeaders.has(name)

/**
 * Whether a request comes from a program on this machine. The host it asked for has to be `localhost` or an address:
 * a page of a foreign site could have its own name lead here. A proxy that adds no header shows only by the page being at
 * another host than the one that was asked for.
 */
export function isNear(request: HttpRequest): boolean {
  const { remoteAddress } = request
  if (remoteAddress === undefined || !isLoopback(remoteAddress)) return false
  // Of a request that does not tell its headers it is not known whether it came by a proxy.
  if (request.headerNames?.().some(addedByProxy) ?? true) return false
  const host = request.header('host') ?? ''
  const origin = request.header('origin')
  if (origin !== undefined && hostOf(origin) !== host.toLowerCase()) return false
  return isThisMachine(hostname(host))
}

/** The name in a `Host` header, without its port. */
export const hostname = (host: string): string =>
  host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()

/** Addresses cannot be led elsewhere, and `localhost` is never asked for in the DNS (RFC 6761, 6.3). */
export const isThisMachine = (name: string): boolean =>
  name === 'localhost' || name.endsWith('.localhost') || isIP(name) > 0

/** Whether an address is one of this machine alone. */
export function isLoopback(remoteAddress: string): boolean {
  const address = remoteAddress.replace(/^::ffff:/i, '')
  const version = isIP(address)
  return version > 0 && loopback.check(address, version === 6 ? 'ipv6' : 'ipv4')
}
