import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slowFaults } from '../../fixtures/decode/slow-json-faults.ts'
import { decodeJson } from './decode-json.ts'

const maxDepth = 4

/** Texts in which what `JSON.parse` overlooks is common: few keys, odd numbers, escapes, colons in strings. */
const key = fc.constantFrom(
  'a',
  'b',
  '\\u0061',
  'c:',
  '\\u003a',
  '0',
  '00',
  '__proto__',
  '\\u005f_proto__',
  '\\ud800',
  '😀',
  '\\n',
  '',
)
const number = fc.constantFrom(
  '0',
  '-0',
  '1.5',
  '9007199254740991',
  '9007199254740992',
  '-9007199254740993',
  '1e5',
  '1e20',
  '1E999',
  '90071992547409910.0',
  '1234567890123456789012',
)
const string = fc.constantFrom(
  '',
  ':',
  '::',
  '\\u003a',
  '\\\\',
  '\\"',
  'é',
  '\\ud83d\\ude00',
  '\\udc00',
  '\\ud800x',
  '__proto__',
  '2024-01-01T10:00:00Z',
)
const space = fc.constantFrom('', ' ', '\n', '\t ')
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'json' },
    fc.oneof(
      number,
      string.map((text) => `"${text}"`),
      fc.constantFrom('true', 'false', 'null'),
    ),
    fc.array(tie('value'), { maxLength: 3 }).map((elements) => `[${elements.join(',')}]`),
    fc
      .array(fc.tuple(key, space, tie('value')), { maxLength: 3 })
      .map((members) => `{${members.map(([name, gap, inner]) => `"${name}"${gap}:${gap}${inner}`).join(',')}}`),
  ),
}))

const decoded = (text: string) => {
  const outcome = decodeJson(text, { maxDepth })
  if (outcome.ok) return []
  return outcome.errors.map(({ code, path }) => (code === 'MalformedInput' ? code : `${code} ${path.join('/')}`))
}

/** The decoder stops at the first place that is too deep and after twenty faults. */
const asFarAsTheDecoderLooks = (faults: string[]) => {
  const deep = faults.findIndex((fault) => fault.startsWith('TooDeep'))
  return faults.slice(0, Math.min(20, deep < 0 ? Infinity : deep + 1))
}

test('finds in any JSON exactly the faults that the slow oracle finds, in its order', () => {
  fc.assert(
    fc.property(value, (text) => {
      expect(decoded(text)).toEqual(asFarAsTheDecoderLooks(slowFaults(text, maxDepth)))
    }),
    { numRuns: 5000 },
  )
})

test('gives the value of JSON.parse where there is no fault', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), (text) => {
      const outcome = decodeJson(text)
      if (outcome.ok) expect(outcome.value).toEqual(JSON.parse(text))
      else expect(slowFaults(text, 64)).not.toEqual([])
    }),
    { numRuns: 2000 },
  )
})

test('agrees with JSON.parse about what is broken, after any edit of a sound text', () => {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(3),
    put: fc.constantFrom('', ',', '"', '\\', '}', '[', '0', '-', 'e', '\u0001', '.'),
  })
  fc.assert(
    fc.property(value, edit, (text, { at, cut, put }) => {
      const start = Math.floor(at * text.length)
      const edited = text.slice(0, start) + put + text.slice(start + cut)
      expect(decoded(edited).includes('MalformedInput')).toBe(
        slowFaults(edited, 64).includes('MalformedInput') &&
          !decoded(edited).some((fault) => fault.startsWith('TooDeep')),
      )
    }),
    { numRuns: 5000 },
  )
})
