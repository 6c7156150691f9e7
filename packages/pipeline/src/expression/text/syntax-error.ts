import type { ParseError } from '@marcbachmann/cel-js'
import type { ExpressionError } from '../expression-error.ts'

/** What people write in other languages, and how it is written here. */
const meant: Readonly<Record<string, string>> = {
  '=': '==',
  '===': '==',
  '!==': '!=',
  '<>': '!=',
  '&': '&&',
  '|': '||',
  and: '&&',
  or: '||',
  not: '!',
  is: '==',
  '??': 'coalesce(…, …)',
  '?.': '.',
}

const signs: Readonly<Record<string, string>> = {
  RPAREN: '")"',
  RBRACKET: '"]"',
  RBRACE: '"}"',
  COLON: '":"',
  IDENTIFIER: 'a name',
}

/** The parser's error in our words, at its place. */
export function syntaxError(text: string, error: ParseError): ExpressionError {
  const { start, end } = error.range ?? { start: 0, end: text.length }
  const place = { offset: start, length: Math.max(0, end - start) }
  const found = text.slice(start, end)
  const shown = found === '' ? 'the end of the expression' : `"${found}"`
  switch (error.code) {
    case 'expected_token': {
      const token = /^Expected (\w+)/.exec(error.summary)?.[1] ?? ''
      const expected = signs[token] ?? token
      const isKeyword = token === 'IDENTIFIER' && /^\w+$/.test(found)
      const suggestion = isKeyword ? `["${found}"]` : undefined
      return told(`Expected ${expected}, found ${shown}`, place, suggestion, expected, shown)
    }
    case 'unexpected_character':
    case 'unexpected_token': {
      if (text.trim() === '') return told('The expression is empty', place)
      const suggestion = wordOf(text, start, end)
      if (suggestion !== undefined)
        return told(`"${suggestion.found}" is no operator`, suggestion.place, suggestion.use)
      const name = nameAround(text, start)
      if (name !== undefined) return told(`A field of this name stands in brackets`, name.place, `["${name.word}"]`)
      return told(found === '' ? 'The expression ends too early' : `${shown} cannot stand here`, place)
    }
    case 'limit_exceeded':
      return told(limitText(error.summary), place)
    case 'reserved_identifier':
      return told(`"${found}" is a reserved word and cannot be a name here`, place)
    case 'invalid_macro_argument':
      return told('Expected the name of a variable, as in list.map(x, x.id)', place, undefined, 'a name', shown)
    default:
      return told(error.summary, place)
  }
}

/** Says which limit was met, by the name that it has here. */
function limitText(summary: string): string {
  const [, name = '', limit = ''] = /^Exceeded (\w+) \((\d+)\)$/.exec(summary) ?? []
  if (name === 'maxDepth') return `It is nested deeper than ${limit} levels (limit "maxDepth")`
  return `It has more than ${limit} nodes (limit "maxNodes"): split it over several steps, or raise the limit`
}

/** The name of a field around a sign that cannot stand in one behind a dot, e.g. a letter with an accent. */
function nameAround(text: string, at: number) {
  for (const { index, 0: dotted, 1: word = '' } of text.matchAll(/\.\s*([\p{L}\p{N}_$]+)/gu)) {
    const offset = index + dotted.length - word.length
    if (offset <= at && at < offset + word.length) return { word, place: { offset, length: word.length } }
  }
  return undefined
}

/** The foreign operator around a place, and what it is called here. */
function wordOf(text: string, start: number, end: number) {
  const around = [...text.matchAll(/[=!<>&|?.]+|[A-Za-z_]\w*/g)]
  const near = around.filter(({ index, 0: word }) => index <= end && index + word.length >= start - 1)
  for (const { index, 0: word } of near.toReversed()) {
    const use = Object.hasOwn(meant, word.toLowerCase()) ? meant[word.toLowerCase()] : undefined
    if (use !== undefined) return { found: word, use, place: { offset: index, length: word.length } }
  }
  return undefined
}

function told(
  message: string,
  place: { offset: number; length: number },
  suggestion?: string,
  expected?: string,
  found?: string,
): ExpressionError {
  const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`
  return {
    message: message + hint,
    ...place,
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
    ...(suggestion !== undefined && { suggestion }),
  }
}
