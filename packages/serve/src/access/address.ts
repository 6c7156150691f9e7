import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { Defect } from '@heddle/core'
import type { HttpRequest } from '../http/exchange.ts'

/** Tells from which address a request comes. Undefined where the server does not know, e.g. on a unix socket. */
export type AddressOf = (request: HttpRequest) => string | undefined

/**
 * The address of the sender: of the connection, or behind trusted proxies the last one in `X-Forwarded-For` that is not
 * itself one of them. What stands further left was written by the sender.
 *
 * @param trustedProxies addresses and networks, e.g. `10.0.0.0/8`
 * @throws {Defect} InvalidDefinition
 */
export function addressReader(trustedProxies: readonly string[]): AddressOf {
  if (trustedProxies.length === 0) return ({ remoteAddress }) => plainAddress(remoteAddress)
  const trusted = blockList(trustedProxies)
  const isTrusted = (address: string) => trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')

  return (request) => {
    let address = plainAddress(request.remoteAddress)
    const hops = request.header('x-forwarded-for')?.split(',') ?? []
    while (address !== undefined && isTrusted(address) && hops.length > 0) {
      const next = plainAddress(hops.pop()!.trim())
      if (next === undefined) return address
      address = next
    }
    return address
  }
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    const most = family === 'ipv4' ? 32 : 128
    const isSound = isIP(address) !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
    if (!isSound) {
      const reason = `"${network}" is no address and no network such as 10.0.0.0/8`
      throw new Defect('InvalidDefinition', { name: 'trustedProxies', reason })
    }
    list.addSubnet(address, bits === undefined ? most : Number(bits), family)
  }
  return list
}

/** An address without port, brackets and zone; an IPv4 one that is written as IPv6 is IPv4. Undefined for what is none. */
function plainAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const [address = ''] = bare.split('%')
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1]
  if (mapped !== undefined && isIPv4(mapped)) return mapped
  return isIP(address) === 0 ? undefined : address.toLowerCase()
}

/** Who counts as one sender: an IPv4 address, or a /64 of IPv6, all of which one household has. */
export function senderOf(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const first = head === '' ? [] : head.split(':')
  // The last group may be an IPv4 address, which stands for two.
  const last =
    tail === undefined || tail === ''
      ? []
      : tail.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]))
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0')
  const network = [...first, ...zeros, ...last].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}
