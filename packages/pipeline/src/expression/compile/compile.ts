import { mayGenerateCode } from '@heddle/core'
import type { Expression } from '../expression.ts'
import { interpret } from '../run/interpret.ts'
import type { Scope } from '../types/value-type.ts'
import { Emitter, type Over } from './emitter.ts'

/** An expression as a function of the values that it may read. */
export type CompiledExpression<Value = unknown> = (scope: Scope) => Value

/** An expression as a function of its values one by one: no scope has to be made for a call. */
export type ExpressionOver<Value = unknown> = (...values: readonly unknown[]) => Value

/**
 * An expression as one function, written out as JavaScript; where code must not be generated, it is interpreted. Both
 * give the same for every value.
 *
 * @throws {Defect} InvalidDefinition for a function that does not exist
 * @example compileExpression(parsed.expression)({ it: { delay: 20 } })
 */
export function compileExpression(expression: Expression): CompiledExpression {
  return generate(expression, 'value') ?? ((scope) => interpret(expression, scope))
}

/**
 * An expression as a condition: true where its value is true, false where it is false, null or anything else. Faster than
 * to ask for the value, because nobody needs to tell false from unknown.
 */
export function compileCondition(expression: Expression): CompiledExpression<boolean> {
  const generated = generate(expression, 'truth') as CompiledExpression<boolean> | undefined
  return generated ?? ((scope) => interpret(expression, scope) === true)
}

/**
 * The same as a function of the values of some names, in their order. All else is read from `others`, at each call.
 *
 * @param asks for the value, or for whether it is true
 * @example compileOver(parsed.expression, ['it'], 'value')({ delay: 20 })
 */
export function compileOver(
  expression: Expression,
  names: readonly string[],
  asks: 'value' | 'truth',
  others: Scope = {},
): ExpressionOver {
  const generated = generate(expression, asks, { names, others })
  if (generated !== undefined) return generated as ExpressionOver
  return (...values) => {
    const value = interpret(expression, {
      ...others,
      ...Object.fromEntries(names.map((name, at) => [name, values[at]])),
    })
    return asks === 'truth' ? value === true : value
  }
}

function generate(expression: Expression, asks: 'value' | 'truth', over?: Over): CompiledExpression | undefined {
  const emitter = new Emitter(over)
  const body = emitter.body(expression, asks)
  if (!mayGenerateCode()) return undefined
  const names = emitter.constants.map((_, index) => `c${index}`)
  const parameters = over === undefined ? 'scope' : over.names.join(', ')
  try {
    const make = new Function(...names, `"use strict";\nreturn function expression(${parameters}) {\n${body}\n}`)
    return make(...emitter.constants) as CompiledExpression
  } catch (thrown) {
    // Text that is nested too deeply for the engine's own parser is interpreted.
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}
