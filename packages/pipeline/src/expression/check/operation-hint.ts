import type { ExpressionError } from '../expression-error.ts'
import type { Expression, Operation } from '../expression.ts'
import { formatExpression } from '../text/format.ts'
import { nearest } from '../types/nearest.ts'
import { typeText } from '../types/type-text.ts'
import { optionsOf } from '../types/union-of.ts'
import type { ValueType } from '../types/value-type.ts'

type Hint = Pick<ExpressionError, 'message' | 'expected' | 'found' | 'suggestion'>

/** Why two operands do not go together, and what was probably meant. */
export function operationHint(node: Operation, left: ValueType, right: ValueType): Hint {
  const [one, other] = [typeText(left), typeText(right)]
  const hint: Hint = {
    message: `${one} ${node.operator} ${other} has no answer`,
    expected: node.operator === 'in' ? `list of ${one}` : one,
    found: other,
    suggestion: meant(node, left, right),
  }
  if (node.operator !== '==' && node.operator !== '!=') return hint
  return { ...hint, message: `${one} is never ${other}` }
}

const is = (type: ValueType, ...kinds: readonly ValueType['kind'][]): boolean => {
  const options = optionsOf(type)
  return options.length > 0 && options.every(({ kind }) => kinds.includes(kind))
}

function meant(node: Operation, left: ValueType, right: ValueType): string | undefined {
  if (node.operator === '&&' || node.operator === '||') return undefined
  const sides = [
    [node.left, left, right],
    [node.right, right, left],
  ] as const
  for (const [own, type, against] of sides) {
    const found = conversion(node, own, type, against)
    if (found !== undefined) return found
  }
  return undefined
}

function conversion(node: Operation, own: Expression, type: ValueType, against: ValueType): string | undefined {
  const text = formatExpression(own)
  if (is(type, 'string') && is(against, 'string')) return valueMeant(type, against)
  if (is(type, 'string') && is(against, 'time')) return `timestamp(${text})`
  if (is(type, 'int', 'number') && is(against, 'time', 'duration') && node.operator !== '*') {
    return own.kind === 'literal' ? `duration("${text}ms")` : `duration(${text})`
  }
  if (is(type, 'number') && is(against, 'int64')) return `int64(${text})`
  if (is(against, 'decimal') && (is(type, 'number') || (is(type, 'string') && node.operator !== '+'))) {
    return own.kind === 'literal' && typeof own.value === 'number' ? `decimal("${text}")` : `decimal(${text})`
  }
  if (node.operator === '+' && is(against, 'string')) return `string(${text})`
  if (node.operator !== '+' && is(type, 'string') && is(against, 'int', 'number')) return `double(${text})`
  return undefined
}

/** The allowed text that a written one is near to. */
function valueMeant(type: ValueType, against: ValueType): string | undefined {
  const [written, ...others] = optionsOf(type).flatMap((option) =>
    option.kind === 'string' ? (option.values ?? []) : [],
  )
  const allowed = optionsOf(against).flatMap((option) => (option.kind === 'string' ? (option.values ?? []) : []))
  if (written === undefined || others.length > 0) return undefined
  const value = nearest(written, allowed)
  return value === undefined ? undefined : JSON.stringify(value)
}
