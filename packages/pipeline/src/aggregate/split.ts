import {
  type Expression,
  type ExpressionError,
  expressionFunctions,
  nearest,
  parseExpression,
  type Span,
  spanOf,
} from '../expression/index.ts'
import { inOrder } from '../expression/expression-error.ts'
import type { AggregateFunction } from './aggregate-function.ts'
import { type Aggregates, usualAggregates } from './table.ts'

/** A call of an aggregate. */
export interface AggregateCall {
  readonly function: string
  /** What is computed of each record, in the order of the call. */
  readonly args: readonly Expression[]
  /** The numbers that are written down, in the order of the call; defaults stand where none is. */
  readonly literals: readonly number[]
}

/** An expression over many records: what is kept of them, and what is made of that. */
export interface SplitAggregates {
  /** Each call once. */
  readonly calls: readonly AggregateCall[]
  /** Over the roots `agg0`, `agg1` … for the values of the calls, and `key` and `parameters`. */
  readonly result: Expression
}

/** A split, or everything that is wrong with the text. */
export type SplitResult =
  | ({ readonly ok: true } & SplitAggregates)
  | { readonly ok: false; readonly errors: readonly ExpressionError[] }

/**
 * Takes an aggregate expression apart. A call that stands in no other one and has the name of an aggregate is one; within
 * it, and around it, the functions of the language are what they always are.
 *
 * @param aggregates those of the language and those given in code
 * @example splitAggregates('sum(it.a) / count()') // { calls: [sum of it.a, count], result: agg0 / agg1 }
 */
export function splitAggregates(text: string, aggregates: Aggregates = usualAggregates): SplitResult {
  const parsed = parseExpression(text)
  if (!parsed.ok) return parsed
  const errors: ExpressionError[] = []
  const calls: AggregateCall[] = []
  const keys = new Map<string, number>()
  const result = mapCalls(parsed.expression, (node) => {
    const called = aggregates.get(node.function)
    if (called === undefined) return undefined
    const call = readCall(node, called, aggregates, errors)
    const key = JSON.stringify(call)
    const index = keys.get(key) ?? calls.push(call) - 1
    keys.set(key, index)
    return { kind: 'root', name: `agg${index}` }
  })
  return errors.length > 0 ? { ok: false, errors: inOrder(errors) } : { ok: true, calls, result }
}

type Call = Extract<Expression, { kind: 'call' }>

/** The settings of a call are told from its expressions; what is wrong with either is an error at its place. */
export function readCall(
  node: Call,
  called: AggregateFunction,
  aggregates: Aggregates,
  errors: ExpressionError[],
): AggregateCall {
  const { name, parameters } = called
  const refuse = (at: Expression, message: string, more: Partial<ExpressionError> = {}, span = placeOf(at)) =>
    void errors.push({ message, ...span, ...more })
  const least = parameters.filter((one) => !('isOptional' in one) && !('default' in one)).length
  if (node.args.length < least || node.args.length > parameters.length) {
    const expected = least === parameters.length ? `${least}` : `${least} to ${parameters.length}`
    const names = parameters.map((one) => one.name).join(', ')
    const found = `${node.args.length}`
    refuse(node, `${name}(${names}) takes ${expected}, not ${found}`, { expected, found })
    return { function: name, args: [], literals: [] }
  }
  const args: Expression[] = []
  const literals: number[] = []
  for (const [index, parameter] of parameters.entries()) {
    const given = node.args[index]
    if ('takes' in parameter) {
      if (given === undefined) continue
      args.push(given)
      refuseInner(given, aggregates, refuse)
      continue
    }
    const value = given === undefined ? parameter.default : given.kind === 'literal' ? given.value : undefined
    if (typeof value === 'number' && fits(value, parameter.number)) {
      literals.push(value)
      continue
    }
    const expected = parameter.number === 'whole' ? 'a whole number from 1' : 'a number from 0 to 1'
    refuse(given ?? node, `${name}: ${parameter.name} is ${expected} that is written down`, { expected })
    literals.push(1)
  }
  return { function: name, args, literals }
}

const fits = (value: number, kind: 'whole' | 'fraction') =>
  kind === 'whole' ? Number.isSafeInteger(value) && value >= 1 : value >= 0 && value <= 1

type Refuse = (at: Expression, message: string, more?: Partial<ExpressionError>, span?: Span) => void

const known = new Set(expressionFunctions.map(({ name }) => name))

/** An aggregate stands in no other one; a function of lists with the same name does. */
function refuseInner(node: Expression, aggregates: Aggregates, refuse: Refuse): void {
  mapCalls(node, (inner) => {
    if (aggregates.has(inner.function) && !known.has(inner.function)) {
      refuse(inner, `The aggregate ${inner.function} stands in no other one`, { found: inner.function })
    }
    return undefined
  })
}

/** A copy in which calls are replaced, the outer ones first; nothing that is replaced is looked into. */
function mapCalls(node: Expression, replace: (call: Call) => Expression | undefined): Expression {
  const inside = (part: Expression) => mapCalls(part, replace)
  switch (node.kind) {
    case 'call':
      return replace(node) ?? { ...node, args: node.args.map(inside) }
    case 'field':
      return { ...node, of: inside(node.of) }
    case 'index':
      return { ...node, of: inside(node.of), at: inside(node.at) }
    case 'operation':
      return { ...node, left: inside(node.left), right: inside(node.right) }
    case 'choice':
      return {
        ...node,
        condition: inside(node.condition),
        then: inside(node.then),
        otherwise: inside(node.otherwise),
      }
    case 'each':
      return { ...node, list: inside(node.list), body: inside(node.body) }
    case 'list':
      return { ...node, items: node.items.map(inside) }
    case 'record':
      return { ...node, fields: node.fields.map(({ name, value }) => ({ name, value: inside(value) })) }
    default:
      return node
  }
}

/** The function that was probably meant by a name that is none. */
export const meantFunction = (name: string, aggregates: Aggregates): string | undefined =>
  nearest(name, [...aggregates.keys(), ...known])

/** Whether the language has a function of this name, beside the aggregates. */
export const isKnownFunction = (name: string): boolean => known.has(name)

const placeOf = (node: Expression): Span => {
  const span = spanOf(node)
  return { offset: span?.offset ?? 0, length: span?.length ?? 1 }
}
