import type { Retry } from './retry.ts'

/** Who has to act on an error: the caller's data, the moment, the domain's rules, this system, access, or another system. */
export type Category = 'data' | 'runtime' | 'domain' | 'system' | 'auth' | 'external'

/** How loudly an error is logged. */
export type Severity = 'debug' | 'info' | 'warning' | 'error' | 'fatal'

/** What is known of an error before it happens. */
export interface ErrorFacts {
  readonly category: Category
  readonly severity: Severity
  readonly retry: Retry
  /** One sentence, for people. `{name}` is replaced by the field of the error's data. */
  readonly message: string
  /** What to do next, one sentence. */
  readonly help?: string
}

/** Wrong in what a caller has given. */
export const data = (message: string, help?: string): ErrorFacts => ({
  category: 'data',
  severity: 'info',
  retry: 'never',
  message,
  help,
})
/** Who calls is not known, or may not. */
export const auth = (message: string, help?: string): ErrorFacts => ({
  category: 'auth',
  severity: 'warning',
  retry: 'never',
  message,
  help,
})
/** Of the moment: it may pass. */
export const runtime = (retry: Retry, message: string, help?: string): ErrorFacts => ({
  category: 'runtime',
  severity: 'warning',
  retry,
  message,
  help,
})
/** Of this system, and for who operates it. */
export const system = (retry: Retry, message: string, help?: string): ErrorFacts => ({
  category: 'system',
  severity: 'error',
  retry,
  message,
  help,
})
/** A mistake in the app's own code: found at start or in a call, never the caller's fault. */
export const defect = (message: string, help: string): ErrorFacts => ({
  category: 'system',
  severity: 'error',
  retry: 'never',
  message,
  help,
})
