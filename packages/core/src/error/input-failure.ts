import type { Issues } from '../schema/compile/index.ts'
import type { SystemCode } from './codes.ts'
import { Failure } from './failure.ts'
import { errorOfIssue } from './issue-codes.ts'
import type { PathSegment } from './key.ts'

/** Fields of an issue that are not told: the value itself may be secret, the others are told elsewhere. */
const hidden = new Set(['code', 'path', 'input', 'inst', 'message', 'continue', 'errors', 'issues', 'params'])

/** A failure that comes from the check of a type. What it tells is read from the issue when it is asked for. */
class InputFailure extends Failure<SystemCode, unknown> {
  declare private readonly issues: Issues
  declare private readonly index: number

  constructor(issues: Issues, index: number, via: readonly string[] = []) {
    const { code, path } = issues.raw[index]!
    const error = errorOfIssue(code!)
    super(error.code, undefined, error.facts, path as readonly PathSegment[], undefined, undefined, via)
    this.issues = issues
    this.index = index
  }

  override get data(): Record<string, unknown> {
    const told: Record<string, unknown> = {}
    for (const [field, value] of Object.entries(this.issues.issues[this.index]!)) {
      if (!hidden.has(field)) told[field] = value
    }
    return told
  }
  override get message(): string {
    return this.issues.message(this.index)
  }
  override through(command: string): InputFailure {
    return new InputFailure(this.issues, this.index, [command, ...this.via])
  }
}

/** One failure per issue, in the order of the issues. */
export function inputFailures(issues: Issues): Failure<SystemCode, unknown>[] {
  const failures: Failure<SystemCode, unknown>[] = []
  for (let index = 0; index < issues.raw.length; index++) failures.push(new InputFailure(issues, index))
  return failures
}
