import { Defect } from '../error/defect.ts'
import { Failure } from '../error/failure.ts'
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
      (made) => made !== endedWith && (endedWith === undefined || made instanceof Failure),
    )
    if (dropped === undefined) return
    // The defect of a subcommand left its writes half done, so it ends the caller, which may have caught it, too.
    if (!(dropped instanceof FailedCall) && !(dropped instanceof Failure)) throw dropped
    const { code } = dropped instanceof FailedCall ? dropped.errors[0]! : dropped
    throw new Defect('FailureDropped', { command, code })
  }
}
