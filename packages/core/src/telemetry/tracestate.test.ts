import { expect, test } from 'vitest'
import { readTracestate } from './tracestate.ts'

const many = (count: number) => Array.from({ length: count }, (_, index) => `bar${index}=${index}`).join(',')

test('members are handed on in their order, without the white space around them', () => {
  expect(readTracestate('foo=1 \t , \t bar=2,,baz=3 ')).toBe('foo=1,bar=2,baz=3')
  expect(readTracestate('tenant@vendor=a b, 0a=!~')).toBe('tenant@vendor=a b,0a=!~')
  expect(readTracestate(many(32))).toBe(many(32))
  expect(readTracestate(`${'z'.repeat(256)}=1`)).toBeDefined()
  expect(readTracestate(`${'t'.repeat(241)}@${'v'.repeat(14)}=1`)).toBeDefined()
})

test.each([
  '',
  ' , ',
  'foo',
  'foo =1',
  'FOO=1',
  'foo.bar=1',
  'foo@=1,bar=2',
  '@foo=1,bar=2',
  'foo@@bar=1',
  'foo@bar@baz=1',
  'foo=1,foo=2',
  'foo=bar=baz',
  'foo=,bar=3',
  'foo=\u007f',
  many(33),
  `foo=1,${'z'.repeat(257)}=1`,
  `foo=1,${'t'.repeat(242)}@v=1`,
  `foo=1,t@${'v'.repeat(15)}=1`,
  `foo=${'v'.repeat(257)}`,
])('%j is dropped whole', (text) => {
  expect(readTracestate(text)).toBeUndefined()
})
