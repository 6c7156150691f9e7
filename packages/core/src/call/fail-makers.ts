import type { ErrorFacts } from '../error/codes.ts'
import { Defect } from '../error/defect.ts'
import { Failure, type FailureDetails } from '../error/failure.ts'
import { issueText } from '../error/issue-text.ts'
import type { ErrorTypes } from '../command/types.ts'
import { compileSchema, Issues } from '../schema/compile/index.ts'
import type { Frame } from './frame.ts'

/** A class with one maker for each declared error: `fail.InsufficientFunds({ missing })`. */
export type FailMakersClass = new (frame: Frame) => object

/** Makes the class once per command, so that a call only makes one object, and only when it fails. */
export function failMakers(
  command: string,
  errors: ErrorTypes,
  facts: Readonly<Record<string, ErrorFacts>>,
): FailMakersClass {
  class FailMakers {
    readonly frame: Frame
    constructor(frame: Frame) {
      Object.defineProperty(this, 'frame', { value: frame })
      this.frame = frame
    }
  }
  for (const [code, type] of Object.entries(errors)) {
    const check = compileSchema(type as never)
    Object.defineProperty(FailMakers.prototype, code, {
      enumerable: true,
      get(this: FailMakers) {
        return (data: unknown, details?: FailureDetails) => {
          const checked = check.run(data)
          if (checked instanceof Issues) {
            throw new Defect('InvalidErrorData', { command, code, reason: issueText(type, checked.issues[0]!) })
          }
          const { path, cause, message } = details ?? {}
          return this.frame.note(new Failure(code, checked, facts[code]!, path, cause, message))
        }
      },
    })
  }
  return FailMakers
}
