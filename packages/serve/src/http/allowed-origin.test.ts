import { expect, test } from 'vitest'
import { originOf } from './allowed-origin.ts'
import type { CorsOptions } from './cors.ts'

const shop = 'https://shop.example'

test.each<[string, Record<string, string>, CorsOptions | undefined, string]>([
  ['a program', {}, undefined, 'own'],
  ['a page of the same host', { origin: shop, host: 'shop.example' }, undefined, 'own'],
  [
    'a page of the same origin behind a proxy',
    { origin: shop, host: 'inner', 'sec-fetch-site': 'same-origin' },
    undefined,
    'own',
  ],
  [
    'a page of a neighbour',
    { origin: shop, host: 'shop.example', 'sec-fetch-site': 'same-site' },
    undefined,
    'foreign',
  ],
  [
    'a page that does not say its origin',
    { host: 'shop.example', 'sec-fetch-site': 'cross-site' },
    undefined,
    'foreign',
  ],
  ['a page of another port', { origin: `${shop}:8443`, host: 'shop.example' }, undefined, 'foreign'],
  ['a page without an origin', { origin: 'null', host: 'shop.example' }, undefined, 'foreign'],
  ['a page that cors lists', { origin: shop, host: 'api.example' }, { origins: [shop] }, 'allowed'],
  [
    'a page that cors does not list',
    { origin: shop, host: 'api.example' },
    { origins: ['https://other.example'] },
    'foreign',
  ],
  ['any page where cors takes any', { origin: shop, host: 'api.example' }, { origins: '*' }, 'allowed'],
])('%s is told from others', (_, headers, cors, expected) => {
  const request = { method: 'GET', url: '/', remoteAddress: undefined, header: (name: string) => headers[name] }
  expect(originOf(request, cors)).toBe(expected)
})
