import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ErrorKey, formatErrorKey, parseErrorKey } from './key.ts'

const key = (category: ErrorKey['category'], path: ErrorKey['path'], code: string, via: ErrorKey['via'] = []) => ({
  via,
  category,
  path,
  code,
})

// The grammar is a public contract: a line of this table may be added, never changed.
test.each<[string, ErrorKey]>([
  ['data:InvalidType', key('data', [], 'InvalidType')],
  ['data/cents:TooSmall', key('data', ['cents'], 'TooSmall')],
  ['data/items/0/email:InvalidString', key('data', ['items', 0, 'email'], 'InvalidString')],
  ['data/items/#/email:InvalidString', key('data', ['items', '#', 'email'], 'InvalidString')],
  ['data/from:NotFound', key('data', ['from'], 'NotFound')],
  ['domain:InsufficientFunds', key('domain', [], 'InsufficientFunds')],
  ['auth:Denied', key('auth', [], 'Denied')],
  ['runtime:DeadlineExceeded', key('runtime', [], 'DeadlineExceeded')],
  ['system:Internal', key('system', [], 'Internal')],
  ['external:MailRefused', key('external', [], 'MailRefused')],
  [
    'bank.NotifyOwner>data/items/#/email:InvalidString',
    key('data', ['items', '#', 'email'], 'InvalidString', ['bank.NotifyOwner']),
  ],
  ['acme.bank.Pay>bank.Notify>domain:NoEmail', key('domain', [], 'NoEmail', ['acme.bank.Pay', 'bank.Notify'])],
  ['data/a~1b/~0/~01:Invalid', key('data', ['a/b', '~', '~1'], 'Invalid')],
  ['data/:Invalid', key('data', [''], 'Invalid')],
  ['data/a:b/c>d:Invalid', key('data', ['a:b', 'c>d'], 'Invalid')],
])('%s is written and read', (text, parts) => {
  expect(formatErrorKey(parts)).toBe(text)
  expect(parseErrorKey(text)).toEqual({ ...parts, path: parts.path.map(String) })
})

test.each(['', 'data', 'bank.Pay>', 'weather:Rain', 'bank.Pay:Invalid', '/a:Invalid'])('%j is no error key', (text) => {
  expect(parseErrorKey(text)).toBeUndefined()
})

test('every key is read back as it was written', () => {
  const name = fc.stringMatching(/^([a-z]{1,5}\.){1,2}[A-Z][A-Za-z]{0,8}$/)
  const parts = fc.record({
    via: fc.array(name, { maxLength: 3 }),
    category: fc.constantFrom(
      'data' as const,
      'runtime' as const,
      'domain' as const,
      'system' as const,
      'auth' as const,
      'external' as const,
    ),
    path: fc.array(fc.oneof(fc.string(), fc.constantFrom('#', '~', '/', ':', '>', '~0', '~1', '0')), { maxLength: 4 }),
    code: fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,9}$/),
  })
  fc.assert(
    fc.property(parts, (one) => {
      expect(parseErrorKey(formatErrorKey(one))).toEqual(one)
    }),
    { numRuns: 1000 },
  )
})
