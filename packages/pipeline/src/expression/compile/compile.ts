import { mayGenerateCode } from '@heddle/core'
import type { Expression } from '../expression.ts'
import { interpret } from '../run/interpret.ts'
import type { Scope } from '../types/value-type.ts'
import { Emitter } from './emitter.ts'

/** An expression as a function of the values that it may read. */
export type CompiledExpression<Value = unknown> = (scope: Scope) => Value

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

function generate(expression: Expression, asks: 'value' | 'truth'): CompiledExpression | undefined {
  const emitter = new Emitter()
  const body = emitter.body(expression, asks)
  if (!mayGenerateCode()) return undefined
  const names = emitter.constants.map((_, index) => `c${index}`)
  try {
    const make = new Function(...names, `"use strict";\nreturn function expression(scope) {\n${body}\n}`)
    return make(...emitter.constants) as CompiledExpression
  } catch (thrown) {
    // Text that is nested too deeply for the engine's own parser is interpreted.
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}
