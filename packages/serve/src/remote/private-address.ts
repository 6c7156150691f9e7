import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Defect } from '@heddle/core'

/**
 * IPv4 networks that are nobody's on the internet: private, loopback, link-local (where clouds answer with credentials),
 * shared, reserved, for documents and for many at once (IANA's registry of special-purpose addresses, RFC 6890).
 */
const privateNetworks = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]

/** Within 2000::/3, the only IPv6 network of the internet: what carries an IPv4 address in itself, and what is for documents. */
const privateWithin = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const networks = (family: 'ipv4' | 'ipv6', ...all: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const network of all) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), family)
  }
  return list
}

const privateIpv4 = networks('ipv4', ...privateNetworks)
const privateIpv6 = networks('ipv6', ...privateWithin)
const globalIpv6 = networks('ipv6', '2000::/3')
const mappedIpv4 = networks('ipv6', '::ffff:0:0/96')

/**
 * Whether an address is none of the public internet. An IPv4 address that is written as IPv6 is judged as IPv4; what is no
 * address at all is private, since nobody knows where it leads.
 *
 * @example isPrivateAddress('169.254.169.254') // true: where clouds answer with credentials
 */
export function isPrivateAddress(address: string): boolean {
  const [bare = ''] = address.replace(/^\[(.*)\]$/, '$1').split('%')
  const version = isIP(bare)
  if (version === 4) return privateIpv4.check(bare, 'ipv4')
  if (version !== 6) return true
  // A list of IPv4 networks knows an address of theirs in its IPv6 form, too.
  if (mappedIpv4.check(bare, 'ipv6')) return privateIpv4.check(bare, 'ipv6')
  return !globalIpv6.check(bare, 'ipv6') || privateIpv6.check(bare, 'ipv6')
}

/**
 * Refuses an address to which no app should be led: one of a scheme that is not HTTP, and one that names a private network
 * by number. A name is looked up when it is connected to, by `publicLookup`.
 *
 * @throws {Defect} ForbiddenAddress
 */
export function assertPublicUrl(url: URL): void {
  const { protocol, hostname } = url
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  if (protocol !== 'https:' && protocol !== 'http:') throw forbidden(url.href, `it is of the scheme ${protocol}`)
  if (isIP(host) !== 0 && isPrivateAddress(host)) throw forbidden(host, 'it lies in a private network')
}

/**
 * Looks up a name for a connection, and refuses it when one of its addresses is private. What was looked up is what is
 * connected to, so that a name whose answers change between two questions gains nothing.
 *
 * @param lookup @default that of the system
 * @example net.connect({ host, port, lookup: publicLookup() })
 */
export function publicLookup(lookup: typeof systemLookup = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '')
      const inside = found.find(({ address }) => isPrivateAddress(address))
      if (inside) return callback(forbidden(hostname, `its address ${inside.address} lies in a private network`), '')
      if (options.all) return callback(null, found)
      const [first] = found
      return first ? callback(null, first.address, first.family) : callback(forbidden(hostname, 'it has none'), '')
    })
  }
}

const forbidden = (address: string, because: string) => new Defect('ForbiddenAddress', { address, because })
