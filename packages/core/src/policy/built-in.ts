import { bulkheadKind } from './bulkhead.ts'
import { cacheKind } from './cache.ts'
import { circuitBreakerKind } from './circuit-breaker.ts'
import { deadLetterKind } from './dead-letter.ts'
import { fallbackKind } from './fallback.ts'
import { invalidateKind } from './invalidate.ts'
import type { PolicyKind } from './policy-kind.ts'
import { rateLimitKind } from './rate-limit.ts'
import { retryKind } from './retry.ts'
import { timeoutKind } from './timeout.ts'

/** Every kind of policy that comes with Heddle, with the type of its config: for forms and documents. */
export const builtInPolicies = [
  bulkheadKind,
  cacheKind,
  circuitBreakerKind,
  deadLetterKind,
  fallbackKind,
  invalidateKind,
  rateLimitKind,
  retryKind,
  timeoutKind,
] as unknown as readonly PolicyKind[]
