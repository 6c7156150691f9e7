import type { Json } from '@heddle/core'
import type { Step } from './plan.ts'

/** What a failure of a step does, with what is computed for it. */
export interface FailureHandling {
  readonly does: 'fail' | 'drop' | 'deadLetter' | 'use'
  /** Of a dead letter: an expression that tells where the input came from. */
  readonly origin?: string
  /** The value to go on with, as a shape. */
  readonly use?: Json
}

/** What a failure of a step does, whichever way it is written. */
export function failureHandling({ onError = 'fail' }: Pick<Step, 'onError'>): FailureHandling {
  if (typeof onError === 'string') return { does: onError }
  if ('use' in onError) return { does: 'use', use: onError.use }
  return { does: 'deadLetter', origin: onError.deadLetter.origin }
}

/** Whether a value may end at the step. */
export function mayDrop(step: Pick<Step, 'onError'>): boolean {
  const { does } = failureHandling(step)
  return does === 'drop' || does === 'deadLetter'
}
