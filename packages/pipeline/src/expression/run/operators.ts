import type { BinaryOperator } from '../expression.ts'
import { atLeast, atMost, differ, equal, greater, isIn, less } from './compare.ts'
import { and, or } from './logic.ts'
import { add, divide, multiply, remainder, subtract } from './numbers.ts'

/** What each operator gives for any two values. None of them throws: what has no answer is null. */
export const operators: Readonly<Record<BinaryOperator, (left: unknown, right: unknown) => unknown>> = {
  '||': or,
  '&&': and,
  '==': equal,
  '!=': differ,
  '<': less,
  '<=': atMost,
  '>': greater,
  '>=': atLeast,
  in: isIn,
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': remainder,
}
