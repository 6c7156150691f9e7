import { crossesAnnotated, toldPath } from '../schema/annotate/crosses.ts'
import { maskerOf } from '../schema/annotate/mask.ts'
import { type Scrubber, scrubberOf } from '../schema/annotate/scrub.ts'
import type { Issues } from '../schema/compile/index.ts'
import type { Schema } from '../schema/schema.ts'
import type { SystemCode } from './codes.ts'
import { Failure } from './failure.ts'
import { errorOfIssue } from './issue-codes.ts'
import type { PathSegment } from './key.ts'
import { plainMessage } from './plain-message.ts'

/** Fields of an issue that are not told: the value itself may be secret, the others are told elsewhere. */
const hidden = new Set(['code', 'path', 'input', 'inst', 'message', 'continue', 'errors', 'issues', 'params'])

/** Fields that come from a type and not from a value. They are told of a marked value too. */
const fromType = new Set(
  'expected origin format minimum maximum inclusive exact divisor pattern values prefix suffix includes'.split(' '),
)

/** A failure that comes from the check of a type. What it tells is read from the issue when it is asked for. */
class InputFailure extends Failure<SystemCode, unknown> {
  declare private readonly issues: Issues
  declare private readonly index: number

  constructor(issues: Issues, index: number, via: readonly string[] = [], told?: readonly PathSegment[]) {
    const { code, path } = issues.raw[index]!
    const error = errorOfIssue(code!)
    super(error.code, undefined, error.facts, told ?? (path as readonly PathSegment[]), undefined, undefined, via)
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

/** What was checked, where its type marks something. */
export interface Marked {
  readonly type: Schema
  readonly value: unknown
}

/** The same for a value of which some parts must not be told. */
class GuardedFailure extends InputFailure {
  declare private readonly of: readonly [Issues, number, Marked]

  constructor(issues: Issues, index: number, marked: Marked, via: readonly string[] = []) {
    super(issues, index, via, toldPath(marked.type, pathOf(issues, index)))
    this.of = [issues, index, marked]
  }

  private get crosses(): boolean {
    const [issues, index, { type }] = this.of
    return crossesAnnotated(type, pathOf(issues, index))
  }
  /** Takes marked values of other places out of what an author wrote. */
  private get scrubber(): Scrubber | undefined {
    const { type, value } = this.of[2]
    return scrubberOf([[maskerOf(type, 'input')!, value]])
  }

  override get data(): Record<string, unknown> {
    const told = super.data
    if (!this.crosses) return this.scrubber?.fields(told) ?? told
    return Object.fromEntries(Object.entries(told).filter(([field]) => fromType.has(field)))
  }
  override get message(): string {
    const [issues, index] = this.of
    if (this.crosses) return plainMessage(issues.raw[index]!)
    return this.scrubber?.text(super.message) ?? super.message
  }
  override through(command: string): GuardedFailure {
    const [issues, index, marked] = this.of
    return new GuardedFailure(issues, index, marked, [command, ...this.via])
  }
}

/** A refinement of the whole value may leave the path out. */
const pathOf = ({ raw }: Issues, index: number) => (raw[index]!.path ?? []) as readonly PathSegment[]

/**
 * One failure per issue, in the order of the issues.
 *
 * @param marked given where the type marks something: nothing is told of that
 */
export function inputFailures(issues: Issues, marked?: Marked): Failure<SystemCode, unknown>[] {
  const failures: Failure<SystemCode, unknown>[] = []
  for (let index = 0; index < issues.raw.length; index++) {
    failures.push(marked ? new GuardedFailure(issues, index, marked) : new InputFailure(issues, index))
  }
  return failures
}
