import type { Json } from '@heddle/core'
import type { Step } from './plan.ts'

/** Core's policies that a step may hold by their own names, outermost first. */
export const stepPolicies = [
  'fallback',
  'cache',
  'circuitBreaker',
  'rateLimit',
  'bulkhead',
  'retry',
  'timeout',
] as const

/** The fields that every step may have beside the one that names its kind. */
export const stepFields: ReadonlySet<string> = new Set([
  'id',
  'summary',
  'requirements',
  'from',
  'if',
  'policies',
  'onError',
  ...stepPolicies,
])

/** The name of a step's kind; nothing where no field or more than one names it. */
export function kindOf(step: Step): string | undefined {
  const names = Object.keys(step).filter((field) => !stepFields.has(field) && step[field] !== undefined)
  return names.length === 1 ? names[0] : undefined
}

/** The settings of a step's kind, as they are written. */
export function configOf(step: Step): Json | undefined {
  const kind = kindOf(step)
  return kind === undefined ? undefined : step[kind]
}
