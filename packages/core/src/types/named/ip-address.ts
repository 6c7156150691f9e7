import { z } from 'zod'
import { namedType } from '../declare.ts'

/** An IP address, version 4 or 6. */
export const IpAddress = namedType('IpAddress', {
  summary: 'An IP address, version 4 or 6.',
  tags: ['ipv4', 'ipv6', 'network'],
  type: z.union([z.ipv4(), z.ipv6()], 'Invalid IP address: expected IPv4 or IPv6, like 192.0.2.1 or 2001:db8::1'),
  takes: ['192.0.2.1', '::1', '2001:db8::8a2e:370:7334'],
  refuses: ['256.0.0.1', '1.2.3', 'example.com', ''],
})
