import type { BinaryOperator, Expression } from '../expression.ts'

/** An operator that JavaScript has too, with the types for which it does the same. */
export interface SureOperator {
  readonly sign: string
  readonly types: readonly ('number' | 'string')[]
  readonly gives: 'boolean' | 'same'
  /** Not where the right side is zero. */
  readonly dividesBy?: true
}

const both = ['number', 'string'] as const
const compares = (sign: string): SureOperator => ({ sign, types: both, gives: 'boolean' })

const sure: Readonly<Partial<Record<BinaryOperator, SureOperator>>> = {
  '==': compares('==='),
  '!=': compares('!=='),
  '<': compares('<'),
  '<=': compares('<='),
  '>': compares('>'),
  '>=': compares('>='),
  '+': { sign: '+', types: both, gives: 'same' },
  '-': { sign: '-', types: ['number'], gives: 'same' },
  '*': { sign: '*', types: ['number'], gives: 'same' },
  '/': { sign: '/', types: ['number'], gives: 'same', dividesBy: true },
  '%': { sign: '%', types: ['number'], gives: 'same', dividesBy: true },
}

/** How JavaScript does what an operator does, if it does. */
export const sureOf = (operator: BinaryOperator): SureOperator | undefined => sure[operator]

/** Whether a node is written down, so that its type needs no test. */
export const isSure = (node: Expression): boolean => node.kind === 'literal'

/** The test for the fast way of an operation; nothing where it can never be gone. */
export function typeTests(
  { types, dividesBy }: SureOperator,
  left: Expression,
  right: Expression,
  a: string,
  b: string,
): string | undefined {
  const tests = types
    .map((type) => [testOf(left, a, type), testOf(right, b, type)])
    .filter((pair) => pair.every((test) => test !== undefined))
    .map((pair) => pair.filter((test) => test !== '').join(' && ') || 'true')
  if (tests.length === 0) return undefined
  const test = tests.length === 1 ? tests[0]! : `(${tests.map((one) => `(${one})`).join(' || ')})`
  return dividesBy === true ? `${test} && ${b} !== 0` : test
}

/** Nothing to test is '', a test that fails for sure is undefined. */
function testOf(node: Expression, name: string, type: string): string | undefined {
  if (node.kind !== 'literal') return `typeof ${name} === "${type}"`
  return typeof node.value === type ? '' : undefined
}
