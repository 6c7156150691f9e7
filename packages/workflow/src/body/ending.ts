import type { AnyFailure, Outcome } from '@heddle/core'
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
  /** Somebody else has it, or this process stops. */
  | { readonly kind: 'left' }

/** A failure on its way through a body. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure'
  readonly errors: readonly AnyFailure[]

  constructor(errors: readonly AnyFailure[]) {
    super(errors[0]?.message ?? 'failed')
    this.errors = errors
  }
}
