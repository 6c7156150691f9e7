import type { BinaryOperator } from '../expression.ts'
import { optionsOf, orNull, mayBeNull, unionOf } from '../types/union-of.ts'
import type { ValueType } from '../types/value-type.ts'

type Kind = ValueType['kind']

const boolean: ValueType = { kind: 'boolean' }
const unknown: ValueType = { kind: 'unknown' }

const isDouble = (kind: Kind) => kind === 'int' || kind === 'number'

/** What decimals go together with, and stay exact. */
const isCountable = (kind: Kind) => kind === 'decimal' || kind === 'int' || kind === 'int64'

/** Of two kinds of numbers, what calculating with both gives. int64 and decimal go with whole numbers only, so that they stay exact. */
function numbers(left: Kind, right: Kind, isFraction = false): ValueType | undefined {
  if (isDouble(left) && isDouble(right)) {
    return { kind: left === 'int' && right === 'int' && !isFraction ? 'int' : 'number' }
  }
  const both = [left, right]
  if (both.includes('decimal')) return both.every(isCountable) ? { kind: 'decimal' } : undefined
  const isExact = [left, right].every((kind) => kind === 'int64' || kind === 'int')
  // What is beyond 64 bits is null.
  return isExact ? { kind: 'int64', nullable: true } : undefined
}

/** Pairs of kinds beside numbers that go together, by operator: `left right` → what they give. */
const pairs: Readonly<Partial<Record<BinaryOperator, Readonly<Record<string, Kind>>>>> = {
  '+': {
    'string string': 'string',
    'time duration': 'time',
    'duration time': 'time',
    'duration duration': 'duration',
  },
  '-': { 'time time': 'duration', 'time duration': 'time', 'duration duration': 'duration' },
  '*': {
    'duration number': 'duration',
    'duration int': 'duration',
    'number duration': 'duration',
    'int duration': 'duration',
  },
  '/': { 'duration number': 'duration', 'duration int': 'duration', 'duration duration': 'number' },
  '%': { 'duration duration': 'duration' },
}

function isOrdered(left: Kind, right: Kind): boolean {
  if (left === 'decimal' || right === 'decimal') return isCountable(left) && isCountable(right)
  return isNumeric(left) && isNumeric(right)
    ? (left === 'duration') === (right === 'duration')
    : left === right && (left === 'string' || left === 'time')
}

const isNumeric = (kind: Kind) => isDouble(kind) || kind === 'int64' || kind === 'decimal' || kind === 'duration'

/** Whether a value of one type can equal one of the other. */
export function overlap(left: ValueType, right: ValueType): boolean {
  return optionsOf(left).some((one) => optionsOf(right).some((other) => meet(one, other)))
}

function meet(left: ValueType, right: ValueType): boolean {
  if (left.kind === 'unknown' || right.kind === 'unknown') return true
  if (isNumeric(left.kind) && isNumeric(right.kind)) return isOrdered(left.kind, right.kind)
  if (left.kind === 'string' && right.kind === 'string') {
    return left.values?.every((value) => right.values?.includes(value) === false) !== true
  }
  const isRecord = (kind: Kind) => kind === 'record' || kind === 'map'
  return left.kind === right.kind || (isRecord(left.kind) && isRecord(right.kind))
}

/** What two kinds give, without null; nothing where they do not go together. */
function basic(operator: BinaryOperator, left: ValueType, right: ValueType): ValueType | undefined {
  const isOpen = left.kind === 'unknown' || right.kind === 'unknown'
  switch (operator) {
    case '==':
    case '!=':
      return meet(left, right) ? boolean : undefined
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOpen || isOrdered(left.kind, right.kind) ? boolean : undefined
    case 'in':
      return membership(left, right)
    default:
      if (isOpen) return unknown
      if (operator === '+' && left.kind === 'list' && right.kind === 'list') {
        return { kind: 'list', items: unionOf([left.items, right.items]) }
      }
      return calculated(operator, left.kind, right.kind)
  }
}

function calculated(operator: BinaryOperator, left: Kind, right: Kind): ValueType | undefined {
  const kind = pairs[operator]?.[`${left} ${right}`]
  if (kind !== undefined) return { kind } as ValueType
  return numbers(left, right, operator === '/')
}

function membership(left: ValueType, right: ValueType): ValueType | undefined {
  if (right.kind === 'unknown') return orNull(boolean)
  if (right.kind === 'list') {
    const items = optionsOf(right.items)
    // Nothing is in an empty list, whatever it is.
    return items.length === 0 || items.some((item) => meet(left, item))
      ? orNull(boolean, mayBeNull(right.items))
      : undefined
  }
  const isText = left.kind === 'string' || left.kind === 'unknown'
  return (right.kind === 'record' || right.kind === 'map') && isText ? boolean : undefined
}

/**
 * The type of an operation: nothing where some of the values that may be there do not go together. Null on one side
 * makes the whole null, but for `&&` and `||`, which decide without it where they can.
 */
export function operationType(operator: BinaryOperator, left: ValueType, right: ValueType): ValueType | undefined {
  if (operator === '&&' || operator === '||') return logicType(left, right)
  const results: ValueType[] = []
  for (const one of optionsOf(left)) {
    for (const other of optionsOf(right)) {
      const result = basic(operator, one, other)
      if (result !== undefined) results.push(result)
      // Two unions can be compared if any of their options can.
      else if ((operator !== '==' && operator !== '!=') || !overlap(left, right)) return undefined
    }
  }
  // Even null is not in an empty list.
  if (operator === 'in' && optionsOf(left).length === 0) results.push(boolean)
  return orNull(unionOf(results), mayBeNull(left) || mayBeNull(right))
}

function logicType(left: ValueType, right: ValueType): ValueType | undefined {
  const isTruth = [left, right].flatMap(optionsOf).every(({ kind }) => kind === 'boolean' || kind === 'unknown')
  return isTruth ? orNull(boolean, mayBeNull(left) || mayBeNull(right)) : undefined
}
