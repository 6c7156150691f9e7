import type { BinaryOperator, Expression } from '../expression.ts'

/**
 * What is known not to be null where a condition is true, false, or not true. The idea: nearly everything is null where a
 * part of it is, so that an answer which is no null says the same of what was asked. An expression gives the same each
 * time, so that what is known of a path here is known of it there.
 */

type Known = readonly Expression[]

const none: Known = []
const decides: ReadonlySet<BinaryOperator> = new Set(['&&', '||'])

/** The paths that are not null where a condition is true. */
export function knownWhereTrue(node: Expression): Known {
  if (node.kind === 'call' && node.function === 'not') return node.args.flatMap(knownWhereFalse)
  if (node.kind !== 'operation') return behind(node)
  const { operator, left, right } = node
  if (operator === '&&') return [...knownWhereTrue(left), ...knownWhereTrue(right)]
  // Found in a list, so there was something to find.
  return operator === 'in' ? [...behind(left), ...behind(right)] : behind(node)
}

/** The paths that are not null where a condition is false. */
export function knownWhereFalse(node: Expression): Known {
  if (node.kind === 'call' && node.function === 'not') return node.args.flatMap(knownWhereTrue)
  if (node.kind === 'call' && node.function === 'isNull') return node.args.flatMap(behind)
  if (node.kind !== 'operation' || node.operator !== '||') return behind(node)
  return [...knownWhereFalse(node.left), ...knownWhereFalse(node.right)]
}

/** The paths that are not null where a condition is false or null: less, because only `isNull` is never null itself. */
export function knownWhereNotTrue(node: Expression): Known {
  if (node.kind === 'call' && node.function === 'isNull') return node.args.flatMap(behind)
  if (node.kind !== 'operation' || node.operator !== '||') return none
  return [...knownWhereNotTrue(node.left), ...knownWhereNotTrue(node.right)]
}

/** The paths without which an expression would be null: those that are not null where it is not. */
function behind(node: Expression): Known {
  switch (node.kind) {
    case 'root':
      return [node]
    case 'field':
      return [node, ...behind(node.of)]
    case 'index':
      return [node, ...behind(node.of), ...behind(node.at)]
    case 'operation':
      // An empty list holds nothing, not even null.
      if (node.operator === 'in') return behind(node.right)
      return decides.has(node.operator) ? none : [...behind(node.left), ...behind(node.right)]
    case 'call':
      return node.function === 'isNull' || node.function === 'coalesce' ? none : node.args.flatMap(behind)
    case 'each':
      return behind(node.list)
    default:
      return none
  }
}
