import type { ASTNode } from '@marcbachmann/cel-js'
import type { BinaryOperator, Expression } from '../expression.ts'
import type { ExpressionError } from '../expression-error.ts'
import { callOf, eachOf, elementOf, equality, inequality, isEachFunction, literal, negated } from '../make.ts'
import { locate, type Span } from './spans.ts'

/** How many nodes may stand in each other, as those of `a + b + c` do: all that reads them does so node in node. */
const maxChain = 1000

/** Makes our expression of what the parser read. What cannot be said in it is an error at its place. */
export function fromCel(root: ASTNode, errors: ExpressionError[]): Expression {
  const text = root.input
  let depth = 0
  let isTooDeep = false
  const spanOf = ({ start, end }: ASTNode): Span => ({ offset: start, length: end - start })

  const refuse = (node: ASTNode, message: string, suggestion?: string): Expression => {
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`
    errors.push({ message: message + hint, ...spanOf(node), ...(suggestion !== undefined && { suggestion }) })
    return literal(null)
  }

  const convert = (node: ASTNode): Expression => {
    if (++depth > maxChain) {
      // Once, at the innermost that is still looked at.
      if (!isTooDeep)
        refuse(node, `More than ${maxChain} operators hold each other (limit "maxChain"); use "in" or a list`)
      isTooDeep = true
      depth--
      return literal(null)
    }
    const made = make(node)
    depth--
    return locate(made, { ...spanOf(node), ...nameSpan(node) })
  }

  function make(node: ASTNode): Expression {
    switch (node.op) {
      case 'value':
        return literalOf(node)
      case 'id':
        return { kind: 'root', name: node.args }
      case '.':
        return { kind: 'field', of: convert(node.args[0]), name: node.args[1] }
      case '[]':
        return elementOf(convert(node.args[0]), convert(node.args[1]))
      case 'call':
        return called(node, node.args[0], node.args[1])
      case 'rcall':
        return called(node, node.args[0], [node.args[1], ...node.args[2]])
      case 'list':
        return { kind: 'list', items: node.args.map(convert) }
      case 'map':
        return record(node.args)
      case '?:': {
        const [condition, then, otherwise] = node.args.map(convert) as [Expression, Expression, Expression]
        return { kind: 'choice', condition, then, otherwise }
      }
      case '!_':
        return callOf('not', convert(node.args))
      case '-_':
        return negated(convert(node.args))
      case '==':
        return equality(convert(node.args[0]), convert(node.args[1]))
      case '!=':
        return inequality(convert(node.args[0]), convert(node.args[1]))
      case '.?':
      case '[?]':
        return refuse(node, 'Optional access is not needed: a missing field is null')
      default:
        return operation(node.op, convert(node.args[0]), convert(node.args[1]))
    }
  }

  function literalOf(node: ASTNode & { op: 'value' }): Expression {
    const value = node.args
    if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number') {
      return literal(value)
    }
    if (typeof value === 'bigint') {
      const number = Number(value)
      if (Number.isSafeInteger(number)) return literal(number)
      return refuse(node, 'The number is beyond those that a double holds exactly', `int64("${value}")`)
    }
    const written = text.slice(node.start, node.end)
    if (value instanceof Uint8Array) return refuse(node, 'There are no bytes here', written.slice(1))
    return refuse(node, 'There are no unsigned numbers here', written.replace(/u$/i, ''))
  }

  function called(node: ASTNode, name: string, args: readonly ASTNode[]): Expression {
    if (isEachFunction(name)) return each(node, name, args)
    if (name === 'has') return has(node, args)
    return callOf(name, ...args.map(convert))
  }

  function each(node: ASTNode, name: 'all' | 'exists' | 'exists_one' | 'filter' | 'map', args: readonly ASTNode[]) {
    const [list, variable, ...bodies] = args
    const wanted = name === 'map' && bodies.length === 2 ? 2 : 1
    if (node.op !== 'rcall' || list === undefined || variable?.op !== 'id' || bodies.length !== wanted) {
      const way = name === 'map' ? 'x.id' : 'x.id > 1'
      return refuse(node, `"${name}" is written behind a list, with a variable: list.${name}(x, ${way})`)
    }
    const [first, second] = bodies.map(convert) as [Expression, Expression | undefined]
    const among = convert(list)
    if (second === undefined) return eachOf(name, among, variable.args, first)
    // map(x, condition, value) is a filter with a map behind it.
    const kept = locate(eachOf('filter', among, variable.args, first), spanOf(node))
    return eachOf('map', kept, variable.args, second)
  }

  /** `has(it.x)` asks whether the field is there; here that is whether it is not null. */
  function has(node: ASTNode, args: readonly ASTNode[]): Expression {
    const [field, ...others] = args
    const isField = field?.op === '.' || (field?.op === '[]' && field.args[1].op === 'value')
    if (field === undefined || !isField || others.length > 0) {
      return refuse(node, '"has" takes one field, as in has(it.delay)')
    }
    return callOf('not', locate(callOf('isNull', convert(field)), spanOf(node)))
  }

  function record(entries: readonly (readonly [ASTNode, ASTNode])[]): Expression {
    const names = new Set<string>()
    const fields = entries.flatMap(([key, value]) => {
      const converted = convert(value)
      const name = key.op === 'value' && typeof key.args === 'string' ? key.args : undefined
      if (name === undefined) {
        refuse(key, 'A field is named by a text', key.op === 'id' ? `"${key.args}"` : undefined)
        return []
      }
      if (names.has(name)) refuse(key, `The field "${name}" stands twice in one record`)
      names.add(name)
      return [{ name, value: converted }]
    })
    return { kind: 'record', fields }
  }

  /** Where a name stands that can be wrong by itself: that of a field or of a function. */
  function nameSpan(node: ASTNode): { name: Span } | undefined {
    if (node.op === '.') return { name: { offset: node.pos, length: node.args[1].length } }
    if (node.op === '[]') return { name: spanOf(node.args[1]) }
    if (node.op === 'call') return { name: { offset: node.start, length: node.args[0].length } }
    if (node.op !== 'rcall') return undefined
    const [name, receiver] = node.args
    return { name: { offset: text.indexOf(name, text.indexOf('.', receiver.end)), length: name.length } }
  }

  return convert(root)
}

const operation = (operator: BinaryOperator, left: Expression, right: Expression): Expression => ({
  kind: 'operation',
  operator,
  left,
  right,
})
