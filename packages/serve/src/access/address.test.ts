import { expect, test } from 'vitest'
import { addressReader, senderOf } from './address.ts'

const request = (remoteAddress: string | undefined, forwarded?: string) => ({
  method: 'GET',
  url: '/',
  remoteAddress,
  header: (name: string) => (name === 'x-forwarded-for' ? forwarded : undefined),
})

test.each([
  ['a connection', [], '192.0.2.1', undefined, '192.0.2.1'],
  ['what a sender claims without a proxy', [], '192.0.2.1', '198.51.100.7', '192.0.2.1'],
  ['what a sender claims who is no proxy', ['10.0.0.0/8'], '192.0.2.1', '198.51.100.7', '192.0.2.1'],
  ['what a proxy says', ['10.0.0.0/8'], '10.1.2.3', '198.51.100.7', '198.51.100.7'],
  [
    'what a proxy says behind what a sender claims',
    ['10.0.0.0/8'],
    '10.1.2.3',
    '1.1.1.1, 198.51.100.7',
    '198.51.100.7',
  ],
  ['two proxies', ['10.0.0.0/8'], '10.1.2.3', '1.1.1.1, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
  ['nothing but proxies', ['10.0.0.0/8'], '10.1.2.3', '10.9.9.9', '10.9.9.9'],
  ['a proxy that says nothing', ['10.0.0.0/8'], '10.1.2.3', undefined, '10.1.2.3'],
  ['words in place of an address', ['10.0.0.0/8'], '10.1.2.3', 'unknown', '10.1.2.3'],
  ['an empty header', ['10.0.0.0/8'], '10.1.2.3', '', '10.1.2.3'],
  ['a port behind the address', ['10.1.2.3'], '10.1.2.3', '198.51.100.7:4711', '198.51.100.7'],
  ['IPv6 with port and brackets', ['::1'], '::1', '[2001:DB8::7]:4711', '2001:db8::7'],
  ['a zone', ['::1'], '::1', 'fe80::7%eth0', 'fe80::7'],
  ['IPv4 in IPv6', ['10.0.0.0/8'], '::ffff:10.1.2.3', '::ffff:198.51.100.7', '198.51.100.7'],
  ['a socket without an address', [], undefined, '198.51.100.7', undefined],
])('%s', (_, trusted, remote, forwarded, expected) => {
  expect(addressReader(trusted)(request(remote, forwarded))).toBe(expected)
})

test.each([['10.0.0.0/33'], ['10.0.0.0/'], ['localhost'], ['::1/129'], ['']])('the proxy %j is refused', (network) => {
  expect(() => addressReader([network])).toThrow('is no address and no network')
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  [undefined, 'unknown'],
])('%s counts as %s', (address, sender) => {
  expect(senderOf(address)).toBe(sender)
})
