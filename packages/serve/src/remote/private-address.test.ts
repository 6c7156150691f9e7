import type { lookup } from 'node:dns'
import { expect, test } from 'vitest'
import { assertPublicUrl, isPrivateAddress, publicLookup } from './private-address.ts'

const inside = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:7f00:1::',
  'fc00::1',
  'fd12:3456:789a::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'no address',
  '',
]

test.each(inside)('%s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true)
})

test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '[2a00:1450::1]'])(
  '%s is public',
  (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  },
)

test.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://[::1]/',
  'http://[::ffff:10.0.0.1]/',
  'https://169.254.169.254/latest/meta-data',
  'file:///etc/passwd',
])('%s is refused before anything connects', (url) => {
  expect(() => assertPublicUrl(new URL(url))).toThrow(expect.objectContaining({ code: 'ForbiddenAddress' }))
})

test('a name is left to be looked up when it is connected to', () => {
  expect(() => assertPublicUrl(new URL('https://billing.example/'))).not.toThrow()
})

/** A name server that answers what it is given. */
const answering = (...addresses: string[]) =>
  ((_name: string, _options: unknown, callback: (error: null, found: object[]) => void) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as typeof lookup

const found = (all: boolean, ...addresses: string[]) =>
  new Promise((resolve) => {
    publicLookup(answering(...addresses))('billing.example', { all }, (error, address) => resolve(error ?? address))
  })

test('a name with a private address among its addresses is refused', async () => {
  expect(await found(true, '1.1.1.1', '10.0.0.7')).toMatchObject({
    code: 'ForbiddenAddress',
    data: { address: 'billing.example', because: 'its address 10.0.0.7 lies in a private network' },
  })
  expect(await found(false, '::ffff:127.0.0.1')).toMatchObject({ code: 'ForbiddenAddress' })
})

test('a name with public addresses is connected to by the addresses that were looked at', async () => {
  expect(await found(true, '1.1.1.1', '2606:4700::1111')).toEqual([
    { address: '1.1.1.1', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ])
  expect(await found(false, '1.1.1.1')).toBe('1.1.1.1')
})

test('localhost is private, whatever this machine calls by that name', async () => {
  const answer = await new Promise((resolve) => {
    publicLookup()('localhost', { all: true }, (error, address) => resolve(error ?? address))
  })
  expect(answer).toMatchObject({ code: 'ForbiddenAddress' })
})
