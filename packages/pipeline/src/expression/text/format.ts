import type { BinaryOperator, Call, Expression } from '../expression.ts'
import { isMethod } from '../functions/table.ts'

/** How tightly an operator holds its operands; what holds less stands in parentheses. */
const strengths: Readonly<Record<BinaryOperator, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  in: 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
}
const choice = 0
const equality = 3
const unary = 7
const postfix = 8

/**
 * The one text of an expression: what it is parsed from again is equal to it.
 *
 * @example formatExpression(parsed.expression) // 'it.delay > 15'
 */
export const formatExpression = (expression: Expression): string => write(expression, choice)

function write(node: Expression, around: number): string {
  const [text, strength] = written(node)
  return strength < around ? `(${text})` : text
}

function written(node: Expression): readonly [text: string, strength: number] {
  switch (node.kind) {
    case 'literal':
      return [literalText(node.value), typeof node.value === 'number' && node.value < 0 ? unary : postfix]
    case 'root':
      return [node.name, postfix]
    case 'field': {
      const of = write(node.of, postfix)
      return [isFieldName(node.name) ? `${of}.${node.name}` : `${of}[${textLiteral(node.name)}]`, postfix]
    }
    case 'index':
      return [`${write(node.of, postfix)}[${write(node.at, choice)}]`, postfix]
    case 'operation': {
      const strength = strengths[node.operator]
      return [`${write(node.left, strength)} ${node.operator} ${write(node.right, strength + 1)}`, strength]
    }
    case 'choice': {
      const [condition, then] = [write(node.condition, choice + 1), write(node.then, choice)]
      return [`${condition} ? ${then} : ${write(node.otherwise, choice)}`, choice]
    }
    case 'call':
      return callText(node)
    case 'each': {
      const body = write(node.body, choice)
      return [`${write(node.list, postfix)}.${node.function}(${node.variable}, ${body})`, postfix]
    }
    case 'list':
      return [`[${node.items.map((item) => write(item, choice)).join(', ')}]`, postfix]
    case 'record': {
      const fields = node.fields.map(({ name, value }) => `${textLiteral(name)}: ${write(value, choice)}`)
      return [`{${fields.join(', ')}}`, postfix]
    }
  }
}

function callText({ function: name, args }: Call): readonly [text: string, strength: number] {
  const [first, ...others] = args
  if (first !== undefined && others.length === 0) {
    if (name === 'negate') return [`-${write(first, unary)}`, unary]
    if (name === 'isNull') return [`${write(first, equality)} == null`, equality]
    if (name === 'not') {
      const isNegation = first.kind === 'call' && first.function === 'isNull' && first.args.length === 1
      if (isNegation) return [`${write(first.args[0]!, equality)} != null`, equality]
      return [`!${write(first, unary)}`, unary]
    }
  }
  const list = (nodes: readonly Expression[]) => nodes.map((node) => write(node, choice)).join(', ')
  if (first !== undefined && isMethod(name)) return [`${write(first, postfix)}.${name}(${list(others)})`, postfix]
  return [`${name}(${list(args)})`, postfix]
}

function literalText(value: null | boolean | number | string): string {
  if (typeof value === 'string') return textLiteral(value)
  // What is beyond the exact integers is written as a double, so that it is read as one.
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? value.toExponential() : String(value)
}

/** CEL knows the escapes of JSON, but not those for halves of surrogate pairs, which stand as they are. */
const textLiteral = (text: string): string =>
  `"${[...text].map((sign) => (/^[\ud800-\udfff]$/.test(sign) ? sign : JSON.stringify(sign).slice(1, -1))).join('')}"`

const keywords: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in'])

const isFieldName = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && !keywords.has(name)
