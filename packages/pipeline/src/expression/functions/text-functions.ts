import { defineFunction } from './define.ts'

const text = { kind: 'string' } as const
const truth = { kind: 'boolean' } as const

const patterns = new Map<string, RegExp | null>()
const maxPatterns = 1000

/** The compiled pattern, or null for a text that is none. */
function patternOf(source: string): RegExp | null {
  let pattern = patterns.get(source)
  if (pattern === undefined) {
    try {
      pattern = new RegExp(source, 'u')
    } catch {
      pattern = null
    }
    if (patterns.size >= maxPatterns) patterns.clear()
    patterns.set(source, pattern)
  }
  return pattern
}

/** Functions of texts. */
export const textFunctions = [
  defineFunction('contains', {
    summary: 'Whether a text holds another.',
    takes: ['string', 'string'],
    isMethod: true,
    gives: truth,
    run: (of, part) => of.includes(part),
    example: ['"heddle".contains("edd")', true],
  }),
  defineFunction('startsWith', {
    summary: 'Whether a text begins with another.',
    takes: ['string', 'string'],
    isMethod: true,
    gives: truth,
    run: (of, part) => of.startsWith(part),
    example: ['"heddle".startsWith("h")', true],
  }),
  defineFunction('endsWith', {
    summary: 'Whether a text ends with another.',
    takes: ['string', 'string'],
    isMethod: true,
    gives: truth,
    run: (of, part) => of.endsWith(part),
    example: ['"heddle".endsWith("d")', false],
  }),
  defineFunction('matches', {
    summary: 'Whether a regular expression of JavaScript, which is written down, is found in a text.',
    takes: ['string', 'string'],
    isMethod: true,
    gives: truth,
    refuses: ([, pattern]) => {
      if (typeof pattern !== 'string') return 'the pattern has to be written down, so that it is checked before it runs'
      return patternOf(pattern) === null ? `${JSON.stringify(pattern)} is no regular expression` : undefined
    },
    run: (of, pattern) => patternOf(pattern)?.test(of) ?? null,
    example: ['"AB-12".matches("^[A-Z]+-[0-9]+$")', true],
  }),
  defineFunction('lower', {
    summary: 'A text in small letters.',
    takes: ['string'],
    gives: text,
    run: (of) => of.toLowerCase(),
    example: ['lower("ABC")', 'abc'],
  }),
  defineFunction('upper', {
    summary: 'A text in capitals.',
    takes: ['string'],
    gives: text,
    run: (of) => of.toUpperCase(),
    example: ['upper("abc")', 'ABC'],
  }),
  defineFunction('trim', {
    summary: 'A text without the blanks around it.',
    takes: ['string'],
    gives: text,
    run: (of) => of.trim(),
    example: ['trim(" a b ")', 'a b'],
  }),
  defineFunction('replace', {
    summary: 'A text with every occurrence of a part replaced.',
    takes: ['string', 'string', 'string'],
    isMethod: true,
    gives: text,
    run: (of, part, by) => of.replaceAll(part, () => by),
    example: ['"a-b-c".replace("-", "+")', 'a+b+c'],
  }),
  defineFunction('substring', {
    summary: 'The part of a text from a position up to another, which is not in it, or to the end.',
    takes: ['string', 'number', 'number'],
    optional: 1,
    isMethod: true,
    gives: text,
    run: (of, from, to = of.length) => of.slice(Math.max(0, from), Math.max(0, to)),
    example: ['"heddle".substring(1, 3)', 'ed'],
  }),
  defineFunction('split', {
    summary: 'The parts of a text between a separator.',
    takes: ['string', 'string'],
    isMethod: true,
    gives: { kind: 'list', items: text },
    run: (of, separator) => of.split(separator),
    example: ['"a,b".split(",")', ['a', 'b']],
  }),
  defineFunction('join', {
    summary: 'The texts of a list with a separator between them; null ones are left out.',
    takes: ['list of strings', 'string'],
    optional: 1,
    isMethod: true,
    gives: text,
    run: (of, separator = '') => of.filter((item) => item != null).join(separator),
    example: ['["a", null, "b"].join("-")', 'a-b'],
  }),
]
