import { type CheckedExpression, inOrder } from '../expression-error.ts'
import type { Expression } from '../expression.ts'
import type { ScopeTypes } from '../types/value-type.ts'
import { Checker } from './checker.ts'

/**
 * The type of an expression over the types of the names that it may read, or everything that is wrong with it.
 *
 * @example checkExpression(expression, { it: typeOfSchema(Flight) })
 */
export function checkExpression(expression: Expression, scope: ScopeTypes): CheckedExpression {
  const checker = new Checker()
  const type = checker.typeOf(expression, scope)
  return checker.errors.length === 0 ? { ok: true, type } : { ok: false, errors: inOrder(checker.errors) }
}
