import { Defect } from '../error/defect.ts'
import type { AnyFailure } from '../outcome/outcome.ts'

/** The failures that a subcommand ended with, on their way through its caller. */
export class FailedCall {
  readonly errors: readonly AnyFailure[]

  constructor(errors: readonly AnyFailure[]) {
    this.errors = errors
  }
}

/** Keeps account of the failures that a body made, so that none is lost in silence. */
export class MadeFailures {
  #made: unknown[] | undefined

  add<Made>(failure: Made): Made {
    ;(this.#made ??= []).push(failure)
    return failure
  }

  /** @throws {Defect} FailureDropped, when one was made that the body did not end with */
  settle(command: string, endedWith?: unknown): void {
    // Who ends with another failure may leave failed calls behind: it saw them and chose its own words for them.
    const dropped = this.#made?.find(
      (failure) => failure !== endedWith && !(endedWith !== undefined && failure instanceof FailedCall),
    )
    if (dropped === undefined) return
    const { code } = dropped instanceof FailedCall ? dropped.errors[0]! : (dropped as AnyFailure)
    throw new Defect('FailureDropped', { command, code })
  }
}
