import { expect, test } from 'vitest'
import { parsePattern } from './route-pattern.ts'
import { Router } from './router.ts'

function routerOf(...patterns: string[]): Router<string> {
  const router = new Router<string>()
  for (const pattern of patterns) {
    const { method, segments } = parsePattern(pattern)
    router.add(method, segments, pattern)
  }
  return router
}

const router = routerOf(
  'GET /accounts/{id}',
  'DELETE /accounts/{number}',
  'POST /accounts/new',
  'GET /accounts/{id}/days/{day}',
  'GET /accounts/latest/days/{day}',
  'GET /{anything}',
)

test.each([
  ['GET', '/accounts/a1', 'GET /accounts/{id}', { id: 'a1' }],
  ['DELETE', '/accounts/a1', 'DELETE /accounts/{number}', { number: 'a1' }],
  ['POST', '/accounts/new', 'POST /accounts/new', {}],
  ['GET', '/accounts/new', 'GET /accounts/{id}', { id: 'new' }],
  ['GET', '/accounts/latest/days/3', 'GET /accounts/latest/days/{day}', { day: '3' }],
  ['GET', '/accounts/a1/days/3', 'GET /accounts/{id}/days/{day}', { id: 'a1', day: '3' }],
  ['GET', '/accounts/a%2Fb', 'GET /accounts/{id}', { id: 'a/b' }],
  ['GET', '/accounts', 'GET /{anything}', { anything: 'accounts' }],
])('%s %s finds %s', (method, path, endpoint, parameters) => {
  expect(router.find(method, path)).toEqual({ endpoint, parameters })
})

test('a path under other methods names all of them, fixed and with parameters', () => {
  expect(router.find('PUT', '/accounts/new')).toEqual({ endpoint: undefined, methods: ['POST', 'GET', 'DELETE'] })
})

test.each(['/', '/accounts/', '/accounts/a/b', '/accounts/%ff', '/accounts/a1/days/'])(
  '%s is found under no method',
  (path) => {
    expect(router.find('GET', path)).toBeUndefined()
  },
)

test('a route that stands twice is refused, whatever its parameters are called', () => {
  expect(() => routerOf('GET /a/{b}', 'GET /a/{c}')).toThrow('route "GET /a/{c}" is defined twice')
  expect(() => routerOf('GET /a', 'GET /a')).toThrow('route "GET /a" is defined twice')
})

test.each(['get /a', 'GET a', 'TRACE /a', 'GET /a?b', 'GET /a/x{b}', 'GET /{a}/{a}', 'GET /{a', 'GET /a b'])(
  '%j is no route',
  (pattern) => {
    expect(() => parsePattern(pattern)).toThrow(/^route /)
  },
)
