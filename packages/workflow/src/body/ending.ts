import { type AnyFailure, FailedCall, Failure, type Outcome } from '@heddle/core'
import type { Misfit } from './misfit.ts'

/** How a stretch of a run ended in this process. */
export type Ending =
  | { readonly kind: 'outcome'; readonly outcome: Outcome<unknown, AnyFailure>; readonly cancelled: boolean }
  /** It goes on in a new run with this input. */
  | { readonly kind: 'continued'; readonly input: unknown }
  /** It cannot go on until somebody looks at it. */
  | {
      readonly kind: 'parked' | 'blocked'
      readonly because: string
      readonly at?: string
      readonly misfits?: readonly Misfit[]
    }
  /** This process lets go of it: it stops, has no room, or something went wrong, which is to be tried again later. */
  | { readonly kind: 'left'; readonly trouble?: string }
  /** Somebody else has it by now, or has made something else of it. */
  | { readonly kind: 'lost' }

/** The failures that a body ended with; undefined for a defect. */
export function failuresOf(thrown: unknown): readonly AnyFailure[] | undefined {
  if (thrown instanceof Failure) return [thrown]
  if (thrown instanceof RunFailure || thrown instanceof FailedCall) return thrown.errors
  return undefined
}

/** A failure on its way through a body. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure'
  readonly errors: readonly AnyFailure[]

  constructor(errors: readonly AnyFailure[]) {
    super(errors[0]?.message ?? 'failed')
    this.errors = errors
  }
}
