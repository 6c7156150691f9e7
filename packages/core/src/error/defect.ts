import { systemErrors, type SystemCode } from './codes.ts'
import { fill, systemFailure, type SystemFailure } from './failure.ts'

/**
 * A mistake in code or set-up, thrown with a stack. Inside a call it rolls back, is logged once, and strangers see
 * `Internal`. At start it stops the app with one sentence.
 */
export class Defect extends Error {
  override readonly name = 'Defect'
  readonly code: SystemCode
  readonly data: unknown

  constructor(code: SystemCode, data: unknown = {}, options?: ErrorOptions) {
    const { message } = systemErrors[code]
    super(fill(message, data), options)
    this.code = code
    this.data = data
  }

  /** What to do about it, one sentence. */
  get help(): string | undefined {
    const { help } = systemErrors[this.code]
    return help === undefined ? undefined : fill(help, this.data)
  }

  /** The same as an expected failure, for the surfaces that show it to the operator. */
  toFailure(): SystemFailure {
    return systemFailure(this.code, this.data, { cause: this }) as SystemFailure
  }
}
