import type { AnyFailure, Outcome } from '../outcome/outcome.ts'
import { expect, test } from 'vitest'
import { decodeJson } from './decode-json.ts'

const faultsOf = (outcome: Outcome<unknown, AnyFailure>) =>
  outcome.ok ? [] : outcome.errors.map(({ code, path }) => [code, path.join('/')])

test.each([
  ['a duplicate key', '{"a":1,"a":2}', [['DuplicateKey', 'a']]],
  ['a duplicate key, once written as an escape', '{"a":1,"\\u0061":2}', [['DuplicateKey', 'a']]],
  ['a duplicate key beside a colon in a string', '{"at":"1:2","a":1,"a":2}', [['DuplicateKey', 'a']]],
  [
    'a duplicate key beside an escaped colon, which keeps the count of colons',
    '{"x":"\\u003a","a":1,"a":2}',
    [['DuplicateKey', 'a']],
  ],
  ['a duplicate key that is an index', '{"0":1,"0":2}', [['DuplicateKey', '0']]],
  ['a duplicate key deep inside', '{"list":[{},{"b":{"c":1,"c":1}}]}', [['DuplicateKey', 'list/1/b/c']]],
  ['an integer above 2^53 - 1', '{"id":9007199254740993}', [['UnsafeInteger', 'id']]],
  ['an integer below -(2^53 - 1)', '[-9007199254740992]', [['UnsafeInteger', '0']]],
  ['an unsafe integer alone', '9007199254740992', [['UnsafeInteger', '']]],
  ['a number that would be rounded to an unsafe one', '9007199254740991.5', [['UnsafeInteger', '']]],
  ['a number that would be infinite', '{"n":1e999}', [['UnsafeInteger', 'n']]],
  ['half of a surrogate pair', '{"a":"\\ud800"}', [['LoneSurrogate', 'a']]],
  ['half of a surrogate pair in a key', '{"\\udc00":1}', [['LoneSurrogate', '\ufffd']]],
  ['half of a surrogate pair that is no escape', '"\ud800"', [['LoneSurrogate', '']]],
  ['__proto__', '{"a":{"__proto__":{"admin":true}}}', [['ForbiddenKey', 'a/__proto__']]],
  ['__proto__ written with escapes', '{"\\u005f_proto__":1}', [['ForbiddenKey', '__proto__']]],
  [
    'several faults at once',
    '{"a":1,"a":[9007199254740993]}',
    [
      ['DuplicateKey', 'a'],
      ['UnsafeInteger', 'a/0'],
    ],
  ],
  ['the place of broken JSON', '{"a":[1,2', [['MalformedInput', 'a']]],
])('refuses %s', (_, text, faults) => {
  expect(faultsOf(decodeJson(text))).toEqual(faults)
  expect(faultsOf(decodeJson(Buffer.from(text))).length).toBe(text.isWellFormed() ? faults.length : 0)
})

test.each([
  '9007199254740991',
  '-9007199254740991',
  '1e20',
  '-0',
  '"__proto__"',
  '{"a":"\\ud83d\\ude00"}',
  '{"constructor":1,"toString":{}}',
  '{"time":"10:30","also:":":::"}',
  ' [1, {"a": null}] \n',
])('accepts %s as JSON.parse does', (text) => {
  expect(decodeJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
})

test.each([
  ['{\n  "a": 1,\n  "b": tru\n}', 'expected "true" but found "\\n" at line 3, column 11', 3, 11],
  ['{"a":1,}', 'expected a key in double quotes but found "}" at line 1, column 8', 1, 8],
  ["{'a':1}", 'expected a key in double quotes or "}" but found "\'" at line 1, column 2', 1, 2],
  ['', 'expected a value but found the end at line 1, column 1', 1, 1],
  ['[1]\r\n]', 'expected the end of the input but found "]" at line 2, column 1', 2, 1],
  ['"abc', 'a string that does not end at line 1, column 1', 1, 1],
  ['["a\nb"]', 'a control character in a string at line 1, column 4', 1, 4],
  ['["\\x"]', 'an escape that JSON does not know at line 1, column 3', 1, 3],
  ['01', 'expected the end of the input but found "1" at line 1, column 2', 1, 2],
  ['\ufeff{}', 'expected a value but found "\ufeff" at line 1, column 1', 1, 1],
])('says where %j is broken', (text, reason, line, column) => {
  const outcome = decodeJson(text)
  expect(outcome.ok ? [] : outcome.errors.map(({ data }) => data)).toEqual([{ format: 'JSON', reason, line, column }])
})

test('refuses nesting beyond the limit, and accepts it up to the limit', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  expect(decodeJson(nested(64)).ok).toBe(true)
  expect(faultsOf(decodeJson(nested(65)))).toEqual([['TooDeep', Array(64).fill(0).join('/')]])
  expect(faultsOf(decodeJson(nested(500_000)))).toEqual([['TooDeep', Array(64).fill(0).join('/')]])
  expect(faultsOf(decodeJson('['.repeat(500_000)))).toEqual([['TooDeep', Array(64).fill(0).join('/')]])
  expect(faultsOf(decodeJson('{"a":[{}]}', { maxDepth: 2 }))).toEqual([['TooDeep', 'a/0']])
})

test('refuses more bytes than the limit, counting bytes and not characters', () => {
  expect(decodeJson('"äö"', { maxBodyBytes: 6 }).ok).toBe(true)
  expect(faultsOf(decodeJson('"äöü"', { maxBodyBytes: 6 }))).toEqual([['TooLarge', '']])
  expect(faultsOf(decodeJson(Buffer.from('"äöü"'), { maxBodyBytes: 6 }))).toEqual([['TooLarge', '']])
})

test('refuses bytes that are no UTF-8 instead of replacing them', () => {
  expect(faultsOf(decodeJson(Uint8Array.of(0x22, 0xff, 0x22)))).toEqual([['MalformedInput', '']])
})

test('does not answer a flood of faults or long keys with a larger flood', () => {
  const outcome = decodeJson(`{"${'k'.repeat(100_000)}":[${'1e999,'.repeat(50_000)}0]}`)
  expect(outcome.ok ? Infinity : outcome.errors.length).toBe(20)
  expect(JSON.stringify(outcome).length).toBeLessThan(20_000)
})
