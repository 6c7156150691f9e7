import type { Maybe } from '@heddle/core'
import type { Key } from '../record/record.ts'

/** A record as an asynchronous step is handed it. */
export interface AskedRecord {
  readonly value: unknown
  readonly key: Key | undefined
  readonly time: number
  /** Names the record for good: calls have it as their idempotency key. */
  readonly id: string
}

/** What becomes of a record: another value goes on, or it ends here. */
export type Answer = { readonly value: unknown } | 'dropped'

/** A step that waits for something outside of the job, for several records at a time. It keeps no state. */
export interface AsyncStep {
  readonly kind: string
  /** How many records it has in hand at most. */
  readonly concurrency: number
  /** Whether records leave in the order in which they came. */
  readonly ordered: boolean
  /** @param signal aborts when the job is stopped without waiting */
  ask(record: AskedRecord, signal: AbortSignal): Maybe<Answer>
}
