import { expect, test } from 'vitest'
import { urlPlace } from './url-place.ts'

const same = (one: string, other: string) => expect(urlPlace(one)).toEqual(urlPlace(other))
const another = (one: string, other: string) => expect(urlPlace(one)).not.toEqual(urlPlace(other))

test('an address is the same place whoever is let in, and however it is written', () => {
  same('https://me:key@example.org/feed', 'https://you:other@Example.org:443/feed#top')
  same('https://example.org/feed', 'https://key@example.org/feed')
  same('https://example.org/feed?a=1&b=2', 'https://example.org/feed?b=2&a=1')
})

test.each([
  'token',
  'access_token',
  'apiKey',
  'api-key',
  'key',
  'partitionKey',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Goog-Expires',
  'sig',
  'auth',
  'password',
  'expires',
  'code',
])('the parameter %s may change without making an address another place', (name) => {
  same(`https://example.org/feed?${name}=1&kind=a`, `https://example.org/feed?${name}=2&kind=a`)
  same(`https://example.org/feed?${name}=1&kind=a`, 'https://example.org/feed?kind=a')
})

test('what Azure signs an address with may change as a whole', () => {
  same('https://h.example/a?sv=1&se=2&sr=b&sig=x', 'https://h.example/a?sv=2&se=9&sr=b&sig=y')
  another('https://h.example/a?se=2', 'https://h.example/a?se=9')
})

test('another host, port, path or parameter is another place', () => {
  another('https://example.org/feed', 'https://example.com/feed')
  another('https://example.org/feed', 'https://example.org:8443/feed')
  another('https://example.org/feed', 'http://example.org/feed')
  another('https://example.org/feed', 'https://example.org/feeds')
  another('https://example.org/feed?kind=a', 'https://example.org/feed?kind=b')
  another('https://example.org/feed?kind=a', 'https://example.org/feed?kind=a&kind=b')
  expect(urlPlace('flights.ndjson')).toBe(undefined)
})
