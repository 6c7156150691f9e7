import { Defect } from '@heddle/core'
import type { Expression } from '../expression.ts'
import { functionOf } from '../functions/table.ts'
import type { Scope } from '../types/value-type.ts'
import { eachFunctions } from './each.ts'
import { elementAt, fieldOf } from './fields.ts'
import { operators } from './operators.ts'

/**
 * The value of an expression, node by node: slow and plain. What this gives is what the language means; the compiled form
 * is held against it. It never throws for a value: what has no answer is null.
 *
 * @throws {Defect} InvalidDefinition for a function that does not exist, which `checkExpression` says before
 * @example interpret(expression, { it: { delay: 20 } })
 */
export const interpret = (expression: Expression, scope: Scope): unknown => evaluate(expression, scope, new Map())

/** @param variables what the bodies around are evaluated for; they hide names of the scope */
function evaluate(node: Expression, scope: Scope, variables: ReadonlyMap<string, unknown>): unknown {
  const value = (part: Expression) => evaluate(part, scope, variables)
  switch (node.kind) {
    case 'literal':
      return node.value
    case 'root':
      return variables.has(node.name) ? variables.get(node.name) : fieldOf(scope, node.name)
    case 'field':
      return fieldOf(value(node.of), node.name)
    case 'index':
      return elementAt(value(node.of), value(node.at))
    case 'operation':
      return operators[node.operator](value(node.left), value(node.right))
    case 'choice':
      return value(value(node.condition) === true ? node.then : node.otherwise)
    case 'call':
      return functionNamed(node.function)(...node.args.map(value))
    case 'each': {
      const inner = (item: unknown) => evaluate(node.body, scope, new Map(variables).set(node.variable, item))
      return eachFunctions[node.function](value(node.list), inner)
    }
    case 'list':
      return node.items.map(value)
    case 'record':
      return Object.fromEntries(node.fields.map(({ name, value: of }) => [name, value(of)]))
  }
}

/** What a function does. */
export function functionNamed(name: string): (...args: readonly unknown[]) => unknown {
  const found = functionOf(name)
  if (found) return found.run
  throw new Defect('InvalidDefinition', {
    name: `the function "${name}"`,
    reason: 'expressions have none of this name',
  })
}
