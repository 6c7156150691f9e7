import { Environment, ParseError } from '@marcbachmann/cel-js'
import { type ExpressionError, inOrder, type ParsedExpression } from '../expression-error.ts'
import { fromCel } from './from-cel.ts'
import { syntaxError } from './syntax-error.ts'

/** What a text may be. */
export interface ParseOptions {
  /** The limit on nodes of one expression. @default 2000 */
  readonly maxNodes?: number
}

/** How many nodes an expression may have unless somebody says otherwise. */
const usualMaxNodes = 2000

/**
 * Reads an expression written in CEL. The parser is a library's; what its words mean here, docs/expressions.md says.
 *
 * @returns the expression, or errors with their places: one for a text that is no CEL, else all there are
 * @example parseExpression('it.delay > 15')
 */
export function parseExpression(text: string, { maxNodes = usualMaxNodes }: ParseOptions = {}): ParsedExpression {
  const errors: ExpressionError[] = []
  try {
    const { ast } = parserFor(maxNodes).parse(text)
    const expression = fromCel(ast, errors)
    return errors.length === 0 ? { ok: true, expression } : { ok: false, errors: inOrder(errors) }
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown
    return { ok: false, errors: [syntaxError(text, thrown)] }
  }
}

// One for the usual limit, because it costs more to make a parser than to parse with it.
let usualParser: Environment | undefined

function parserFor(maxNodes: number): Environment {
  if (maxNodes !== usualMaxNodes) return makeParser(maxNodes)
  return (usualParser ??= makeParser(maxNodes))
}

/** Only the number of nodes is limited, wherever they stand, and how deep parentheses go. */
const makeParser = (nodes: number) =>
  new Environment({
    limits: {
      maxAstNodes: nodes,
      maxListElements: nodes,
      maxMapEntries: nodes,
      maxCallArguments: nodes,
      maxDepth: 200,
    },
  })
