import { z } from 'zod'

/** An issue as a check makes it: cheap, without its message, with the complete path. */
export type RawIssue = z.core.$ZodRawIssue

/** What a failed check found. Messages cost more than the check itself, so Zod makes them on the first read. */
export class Issues {
  /** Zod's raw issues, with complete paths. */
  readonly raw: RawIssue[]
  #finalized: z.core.$ZodIssue[] | undefined

  constructor(raw: RawIssue[]) {
    this.raw = raw
  }

  /** The issues as `safeParse` would report them. */
  get issues(): z.core.$ZodIssue[] {
    return (this.#finalized ??= this.raw.map(finalize))
  }

  /** The text of one issue. */
  message(index: number): string {
    const issue = this.issues[index]
    if (!issue) throw new RangeError(`There are ${this.raw.length} issues, so there is none at ${index}`)
    return issue.message
  }
}

/** Lets Zod turn a raw issue into the one that users see. */
export function finalize(issue: RawIssue): z.core.$ZodIssue {
  return z.core.util.finalizeIssue(issue, undefined, z.config())
}
