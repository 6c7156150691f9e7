import { expect, test } from 'vitest'
import { isNear } from './near.ts'

const near = (sent: Record<string, string>, remoteAddress = '127.0.0.1') => {
  const headers: Record<string, string> = { host: 'localhost:3000', ...sent }
  const header = (name: string) => headers[name]
  return isNear({ method: 'GET', url: '/', remoteAddress, header, headerNames: () => Object.keys(headers) })
}

test.each([
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-anything',
  'x-real-ip',
  'x-client-ip',
  'client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fly-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
])('a request with the header %s came through a proxy, so it is not from this machine', (name) => {
  expect(near({ [name]: '198.51.100.7' })).toBe(false)
})

test.each([
  [{}, true],
  [{ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }, true],
  [{ host: 'LOCALHOST:3000', origin: 'http://localhost:3000' }, true],
  [{ origin: 'https://shop.example', 'sec-fetch-site': 'same-origin' }, false],
  [{ origin: 'http://localhost:4000', 'sec-fetch-site': 'same-origin' }, false],
  [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, false],
  [{ host: 'rebound.example' }, false],
])('of a request with %j it is %s that it is from this machine', (headers, expected) => {
  expect(near(headers as Record<string, string>)).toBe(expected)
})

test('a request from another address, or one that does not tell its headers, is not from this machine', () => {
  expect(near({}, '192.0.2.4')).toBe(false)
  const header = (name: string) => (name === 'host' ? 'localhost' : undefined)
  expect(isNear({ method: 'GET', url: '/', remoteAddress: '127.0.0.1', header })).toBe(false)
})
