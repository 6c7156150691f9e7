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
