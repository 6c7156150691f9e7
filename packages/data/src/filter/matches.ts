import type { Value } from '../database/table.ts'
import { compareValues } from './compare-values.ts'
import type { Comparator, Condition } from './condition.ts'

/** Whether a stored record passes a filter: the JavaScript interpreter of conditions. */
export function matches(condition: Condition, valueOf: (column: string) => Value): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every((part) => matches(part, valueOf))
    case 'or':
      return condition.conditions.some((part) => matches(part, valueOf))
    case 'not':
      return !matches(condition.condition, valueOf)
    case 'missing':
      return valueOf(condition.column) === null
    case 'in': {
      const value = valueOf(condition.column)
      return value !== null && condition.values.includes(value)
    }
    case 'compare': {
      const value = valueOf(condition.column)
      return value !== null && compare[condition.by](value, condition.value)
    }
  }
}

const compare: Record<Comparator, (value: Value, with_: NonNullable<Value>) => boolean> = {
  eq: (value, other) => value === other,
  lt: (value, other) => compareValues(value, other) < 0,
  lte: (value, other) => compareValues(value, other) <= 0,
  gt: (value, other) => compareValues(value, other) > 0,
  gte: (value, other) => compareValues(value, other) >= 0,
  prefix: (value, other) => typeof value === 'string' && value.startsWith(String(other)),
}
