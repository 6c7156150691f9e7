import {
  type By,
  compileExpression,
  compileOver,
  type Expression,
  keyParts,
  pathsOf,
  type Scope,
  type Shape,
} from '@heddle/pipeline'
import type { Condition, KeyFunction, RecordFunction } from './functions.ts'
import { parseChecked, shapeExpression } from './shape-expression.ts'

/** Makes functions of the expressions of a plan that was checked. */
export interface JobExpressions {
  readonly parameters: Readonly<Record<string, unknown>>
  /** Over `it`, `time`, `key` and `parameters`. */
  expression(text: string): RecordFunction
  /** True where the expression is true; false where it is false or unknown. */
  condition(text: string): Condition
  shape(shape: Shape): RecordFunction
  /** What records are grouped by. */
  key(by: By): KeyFunction
  /** Over other names; the function is given the values of all but `parameters`. A time is a `Date`, as `timeOf` makes it. */
  scoped(shape: Shape): (scope: Scope) => unknown
}

/** Compiles the expressions of a job. */
export function jobExpressions(parameters: Readonly<Record<string, unknown>> = {}): JobExpressions {
  const expression = once((text) => overRecord(parseChecked(text), 'value', parameters))
  return {
    parameters,
    expression,
    condition: once((text) => overRecord(parseChecked(text), 'truth', parameters) as Condition),
    shape: (shape) => overRecord(shapeExpression(shape), 'value', parameters),
    key: (by) => keyFunction(by, expression),
    scoped(shape) {
      const run = compileExpression(shapeExpression(shape))
      return (scope) => run({ ...scope, parameters })
    },
  }
}

/** Event time as expressions read it. */
export const timeOf = (time: number): Date => new Date(time)

/** Makes a function of a text once: who opens a job again has the same functions, which are compiled already. */
function once<Made>(make: (text: string) => Made): (text: string) => Made {
  const known = new Map<string, Made>()
  return (text) => {
    const made = known.get(text) ?? make(text)
    known.set(text, made)
    return made
  }
}

/** A function of a record. */
function overRecord(
  expression: Expression,
  asks: 'value' | 'truth',
  parameters: Readonly<Record<string, unknown>>,
): RecordFunction {
  const run = compileOver(expression, ['it', 'time', 'key'], asks, { parameters })
  if (!pathsOf(expression).some(([root]) => root === 'time')) return run
  return (value, time, key) => run(value, timeOf(time), key)
}

function keyFunction(by: By, expression: (text: string) => RecordFunction): KeyFunction {
  const parts = keyParts(by).map(({ text }) => expression(text))
  const [first] = parts
  if (typeof by === 'string') return (value, time) => keyPart(first!(value, time, undefined))
  return (value, time) => parts.map((part) => keyPart(part(value, time, undefined)))
}

/** A part of a key. What cannot be one is refused: two dates or records that look the same would be two keys. */
function keyPart(value: unknown): string | number | boolean | null {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value
    default:
      if (value === null || value === undefined) return null
      throw new TypeError(`A key is a text, a number, a truth or null, and no ${nameOf(value)}`)
  }
}

const nameOf = (value: unknown): string =>
  value instanceof Date ? 'time' : Array.isArray(value) ? 'list' : typeof value === 'object' ? 'record' : typeof value
