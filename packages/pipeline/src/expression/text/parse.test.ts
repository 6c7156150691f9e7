import { expect, test } from 'vitest'
import type { ExpressionError } from '../expression-error.ts'
import { parseExpression } from './parse.ts'
import { spanOf } from './spans.ts'

function errorsOf(text: string): readonly ExpressionError[] {
  const parsed = parseExpression(text)
  return parsed.ok ? expect.unreachable(`${text} is read`) : parsed.errors
}

/** The text with each error under it. */
const shown = (text: string): string =>
  errorsOf(text)
    .map(({ message, offset, length }) => `${text.slice(offset, offset + length)}@${offset}: ${message}`)
    .join('\n')

test('reads CEL into plain data', () => {
  expect(parseExpression('it.delay > 15')).toEqual({
    ok: true,
    expression: {
      kind: 'operation',
      operator: '>',
      left: { kind: 'field', of: { kind: 'root', name: 'it' }, name: 'delay' },
      right: { kind: 'literal', value: 15 },
    },
  })
})

test('knows where each node stands, and where its name does', () => {
  const parsed = parseExpression('it.delay + lower( it.a )')
  if (!parsed.ok || parsed.expression.kind !== 'operation') return expect.unreachable()
  const { left, right } = parsed.expression
  expect(spanOf(left)).toEqual({ offset: 0, length: 8, name: { offset: 3, length: 5 } })
  expect(spanOf(right)).toEqual({ offset: 11, length: 13, name: { offset: 11, length: 5 } })
})

test.each([
  ['', '@0: The expression is empty'],
  ['it.delay >', '@10: The expression ends too early'],
  ['(it.a', '@5: Expected ")", found the end of the expression'],
  ['[1, 2', '@5: Expected "]", found the end of the expression'],
  ['it.a ? 1', '@8: Expected ":", found the end of the expression'],
  ['it..a', '.@3: Expected a name, found "."'],
  ['it.in', 'in@3: Expected a name, found "in"; did you mean ["in"]?'],
  ['it.a = 1', '=@5: "=" is no operator; did you mean ==?'],
  ['it.a <> 1', '<>@5: "<>" is no operator; did you mean !=?'],
  ['it.a & it.b', '&@5: "&" is no operator; did you mean &&?'],
  ['it.a and it.b', 'and@5: "and" is no operator; did you mean &&?'],
  ['not it.a', 'not@0: "not" is no operator; did you mean !?'],
  ['it.a ?? 0', '??@5: "??" is no operator; did you mean coalesce(…, …)?'],
  ['it.größe > 1', 'größe@3: A field of this name stands in brackets; did you mean ["größe"]?'],
  ['it.$ref', '$ref@3: A field of this name stands in brackets; did you mean ["$ref"]?'],
  ['it.a $ 1', '$@5: "$" cannot stand here'],
  ['"abc', '"abc@0: Unterminated string'],
  ['for + 1', 'for@0: "for" is a reserved word and cannot be a name here'],
  ['it.list.map(1, 2)', '1@12: Expected the name of a variable, as in list.map(x, x.id)'],
])('says where %j is no expression', (text, expected) => {
  expect(shown(text)).toBe(expected)
})

test.each([
  [
    '9007199254740993 + it.a',
    '9007199254740993@0: The number is beyond those that a double holds exactly; did you mean int64("9007199254740993")?',
  ],
  ['1u', '1u@0: There are no unsigned numbers here; did you mean 1?'],
  ['b"x"', 'b"x"@0: There are no bytes here; did you mean "x"?'],
  ['{a: 1}', 'a@1: A field is named by a text; did you mean "a"?'],
  ['{"a": 1, "a": 2}', '"a"@9: The field "a" stands twice in one record'],
  ['has(it)', 'has(it)@0: "has" takes one field, as in has(it.delay)'],
  ['it.list.map(x)', 'it.list.map(x)@0: "map" is written behind a list, with a variable: list.map(x, x.id)'],
  [
    'filter(it.list, x, x > 1)',
    'filter(it.list, x, x > 1)@0: "filter" is written behind a list, with a variable: list.filter(x, x.id > 1)',
  ],
])('says what %j would mean elsewhere and not here', (text, expected) => {
  expect(shown(text)).toBe(expected)
})

test('tells all that cannot be said here at once', () => {
  expect(errorsOf('[1u, 2u, {a: 9007199254740993}]').map(({ offset }) => offset)).toEqual([1, 5, 10, 13])
})

test('stops at an expression that is too large, and says at which limit', () => {
  const many = Array.from({ length: 3000 }, () => '1').join(' + ')
  expect(errorsOf(many)[0]?.message).toContain('It has more than 2000 nodes (limit "maxNodes")')
  expect(parseExpression(`[${many.replaceAll('+', ',')}]`, { maxNodes: 10_000 }).ok).toBe(true)
  const chained = parseExpression(many, { maxNodes: 10_000 })
  expect(chained.ok ? [] : chained.errors.map(({ message }) => message)).toEqual([
    expect.stringContaining('More than 1000 operators hold each other (limit "maxChain")'),
  ])
  const deep = `${'('.repeat(500)}1${')'.repeat(500)}`
  expect(errorsOf(deep)[0]?.message).toBe('It is nested deeper than 200 levels (limit "maxDepth")')
})
