import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeQuery } from './decode-query.ts'

test.each([
  ['', {}],
  ['origin.code=LAX&limit=5', { origin: { code: 'LAX' }, limit: '5' }],
  ['day=1&day=2&day=3', { day: ['1', '2', '3'] }],
  ['name=J%C3%BCrgen+M%26M', { name: 'Jürgen M&M' }],
  ['flag', { flag: '' }],
  ['flag=&&x=a=b', { flag: '', x: 'a=b' }],
  ['toString=1&constructor.name=2', { toString: '1', constructor: { name: '2' } }],
])('reads %j', (query, value) => {
  expect(decodeQuery(query)).toEqual({ ok: true, value })
})

test.each([
  ['a=1&a.b=2', 'MalformedInput', 'a'],
  ['a.b=2&a=1', 'MalformedInput', 'a'],
  ['a=%ff', 'MalformedInput', 'a'],
  ['a.b=%', 'MalformedInput', 'a/b'],
  ['%ED%A0%80=1', 'MalformedInput', ''],
  ['__proto__.admin=1', 'ForbiddenKey', '__proto__'],
  ['a.__proto__=1', 'ForbiddenKey', 'a/__proto__'],
  [`${'a.'.repeat(70)}b=1`, 'TooDeep', Array.from({ length: 64 }, () => 'a').join('/')],
])('refuses %j with %s', (query, code, path) => {
  const outcome = decodeQuery(query)
  expect(outcome.ok ? [] : outcome.errors.map((error) => [error.code, error.path.join('/')])).toEqual([[code, path]])
})

test('neither throws nor touches prototypes, whatever the query', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webQueryParameters()), (query) => {
      const outcome = decodeQuery(query)
      expect(Object.keys(Object.prototype)).toEqual([])
      if (outcome.ok) expect(Object.getPrototypeOf(outcome.value)).toBe(Object.prototype)
    }),
  )
})
