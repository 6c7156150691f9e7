import { BlockList, isIP } from 'node:net'
import type { HttpRequest } from '../http/exchange.ts'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** What a proxy adds: behind one of this machine, requests of everybody come from here. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']

/**
 * Whether a request comes from a program on this machine. The host it asked for has to be `localhost` or an address:
 * a page of a foreign site could have its own name lead here.
 */
export function isNear(request: HttpRequest): boolean {
  const { remoteAddress } = request
  if (remoteAddress === undefined || !isLoopback(remoteAddress)) return false
  if (proxyHeaders.some((name) => request.header(name) !== undefined)) return false
  return isThisMachine(hostname(request.header('host') ?? ''))
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
