import { expect, test } from 'vitest'
import { z } from 'zod'
import { harmless } from './harmless.ts'
import { linearPattern } from './linear-pattern.ts'
import { translate } from './translate.ts'

const long = 'a'.repeat(100_000)

test.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*a){20}!', '(x+x+)+y', '^((a+)*)*b$'])(
  '%s is answered at once for a text that JavaScript would try for ever',
  (source) => {
    expect(linearPattern(source)?.test(`${'a'.repeat(40)}${'x'.repeat(40)}?`)).toBe(false)
  },
)

const sources = [
  '^a+$',
  'b',
  '^$',
  '^.$',
  '^.+$',
  String.raw`^\d{2,4}$`,
  String.raw`^\D\W\S$`,
  String.raw`^\s+$`,
  String.raw`\bcat\b`,
  String.raw`^[^\s@]+@[^\s@]+\.[a-z]+$`,
  String.raw`^[\w.\-]+$`,
  '^[]$',
  '^[^]$',
  '^(?:a|b|)c?$',
  '^(?<year>[0-9]{4})-(0[1-9]|1[0-2])$',
  String.raw`^\u00e4$`,
  String.raw`^\x41\cJ?\/$`,
  String.raw`^\p{Lu}\p{L}*$`,
  String.raw`^[^\p{L}]$`,
  '^[[:alpha:]]+$',
  String.raw`^\A\z$`,
  String.raw`^[\b]$`,
  '^a{,3}$',
  '^a{0,3}?$',
  String.raw`^\-a$`,
]
const texts = [
  '',
  'a',
  'aa',
  'aaa',
  'b',
  'c',
  'ac',
  'cat',
  'a cat!',
  'cats',
  '12',
  '12345',
  'a-a',
  'x. ',
  '\n',
  '\r',
  '\u2028',
  '\u00a0',
  '\u000b',
]
texts.push(
  'ä',
  'Äh',
  'ann@example.org',
  'a.b-c',
  '2026-11',
  'A/',
  'A\n/',
  ':]',
  'Az',
  '\b',
  'a{,3}',
  '-a',
  '😀',
  '\ufeff',
  '٣',
)

test.each(sources)('%s means here what it means in JavaScript', (source) => {
  const native = nativeOf(source)
  const own = linearPattern(source)!
  for (const text of texts) expect([text, own.test(text)]).toEqual([text, native.test(text)])
})

function nativeOf(source: string): RegExp {
  try {
    return new RegExp(source, 'u')
  } catch {
    return new RegExp(source)
  }
}

test.each([
  '(?=a)b',
  '(?<!a)b',
  String.raw`^(a)\1$`,
  '(',
  'a{5000}',
  '(a{900}){900}',
  '('.repeat(2000) + ')'.repeat(2000),
  'x'.repeat(6000),
  String.raw`\p{Script=Greek}`,
])('what cannot be run so is not run: %s', (source) => {
  expect(linearPattern(source)).toBeUndefined()
})

test('a text that takes too long by the size of the pattern is not refused', () => {
  const pattern = linearPattern('^(?:a|b)*a(?:[ab]|[ax]){900}[^ab]$')!
  expect(pattern.test('a')).toBe(false)
  expect(pattern.test(`${long}x`)).toBe(true)
  expect(linearPattern('^[a-z]{200}$', 'run')!.test(long)).toBe(false)
  expect(linearPattern('^[a-z]{900}$', 'run')).toBeUndefined()
})

test('many texts in one go take no longer than one long text does', async () => {
  await new Promise((resolve) => setImmediate(resolve))
  const pattern = linearPattern('^[a-z]{100}!$')!
  const answers = Array.from({ length: 100_000 }, () => pattern.test('a'.repeat(100)))
  expect(answers[0]).toBe(false)
  expect(answers.at(-1)).toBe(true)
  await new Promise((resolve) => setImmediate(resolve))
  expect(pattern.test('a')).toBe(false)
})

test('the patterns of Zod’s formats are run as they are', () => {
  for (const source of harmless.keys()) expect(linearPattern(source)).toBeDefined()
  const email = [...harmless.keys()].find((source) => source.includes('@'))!
  expect(linearPattern(email)!.test('ann@example.org')).toBe(true)
  expect(translate('(?!a)')).toBeUndefined()
})

test('it tells itself as the expression that it stands for, and JavaScript never runs it', () => {
  const pattern = linearPattern('^(a+)+$')!
  expect(z.toJSONSchema(z.string().regex(pattern))).toMatchObject({ type: 'string', pattern: '^(a+)+$' })
  const [issue] = z
    .string()
    .regex(pattern)
    .safeParse(`${'a'.repeat(40)}!`).error!.issues
  expect(issue).toMatchObject({ code: 'invalid_format', format: 'regex', pattern: '/^(a+)+$/' })
  expect(() => 'aa'.match(pattern)).toThrow('only tested')
})
