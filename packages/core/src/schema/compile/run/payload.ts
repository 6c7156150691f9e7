import { z } from 'zod'
import type { RawIssue } from '../issues.ts'
import { type Check, checkDefOf, internals, type Payload, type Schema } from '../nodes.ts'
import { mayPend } from '../pending.ts'

/** The issues found so far; null while there are none, so that a valid value allocates no list. */
export type Found = RawIssue[] | null

/** A transform or promise answered later. Zod goes on with the next member of a union then, so unions catch it. */
export class PendingError extends z.core.$ZodAsyncError {}

/** What a generated function of a recursive schema answers when it found issues. */
export class Failed implements Payload {
  readonly value: unknown
  readonly issues: RawIssue[]
  readonly aborted: boolean

  constructor(value: unknown, issues: RawIssue[], aborted: boolean) {
    this.value = value
    this.issues = issues
    this.aborted = aborted
  }
}

/** Thrown by such a function that has called itself too often. */
export const tooDeep = Symbol('too deep')

/** Calls such a function from outside, and Zod where the value turns out to be circular or very deep. */
export function enter(check: (value: unknown, depth: number) => unknown, schema: Schema, value: unknown): unknown {
  try {
    return check(value, 0)
  } catch (thrown) {
    if (thrown !== tooDeep) throw thrown
    const result = zodRun(schema, value)
    return result.issues.length === 0 ? result.value : new Failed(result.value, result.issues, result.aborted === true)
  }
}

/** Adds one issue. */
export function push(found: Found, issue: RawIssue): RawIssue[] {
  if (found === null) return [issue]
  found.push(issue)
  return found
}

/** Adds the issues of a part whose own paths start below `path`. */
export function join(found: Found, issues: RawIssue[], path?: PropertyKey[]): Found {
  if (issues.length === 0) return found
  if (path !== undefined) {
    for (const issue of issues as { path?: PropertyKey[] }[]) {
      issue.path = issue.path === undefined ? path.slice() : [...path, ...issue.path]
    }
  }
  if (found === null) return issues
  for (const issue of issues) found.push(issue)
  return found
}

/** Forgets the issues found since there were `count`. */
export function cut(found: Found, count: number): Found {
  if (count === 0 || found === null) return null
  found.length = count
  return found
}

// Zod's own generated code runs where the context says that nothing is asynchronous, and believes it: a promise would
// be a TypeError. Containers keep notes in a context, so each parse gets a new one; schemas without parts do not.
const contextOf = (schema: Schema) => (mayPend(schema) ? { async: false, jitless: true } : { async: false })
const leafContext = { async: false }

/** Lets Zod check a value of a schema without parts. */
export function leafRun(schema: Schema, value: unknown): Payload {
  return internals(schema).run({ value, issues: [] }, leafContext) as Payload
}

/** Lets Zod check one part of a value. */
export function zodRun(schema: Schema, value: unknown, issues: RawIssue[] = []): Payload {
  const result = internals(schema).run({ value, issues }, contextOf(schema))
  if (result instanceof Promise) throw new PendingError()
  return result
}

/** Lets Zod transform a value, without the checks of the transform. */
export function zodParse(schema: Schema, value: unknown): Payload {
  const result = internals(schema).parse({ value, issues: [] }, leafContext)
  if (result instanceof Promise) throw new PendingError()
  return result
}

/**
 * Runs the checks of a schema from the one at `start`, as Zod does: a check runs unless an earlier issue aborts; one
 * with `when` decides for itself unless an issue aborts explicitly.
 */
export function runChecks(owner: Schema, checks: readonly Check[], start: number, payload: Payload): Payload {
  let isAborted = z.core.util.aborted(payload as never)
  for (let at = start; at < checks.length; at++) {
    const check = checks[at]!
    const { when } = checkDefOf(check)
    if (when) {
      if (z.core.util.explicitlyAborted(payload as never) || !when(payload)) continue
    } else if (isAborted) continue
    const count = payload.issues.length
    if (internals(check).check(payload) instanceof Promise) throw new z.core.$ZodAsyncError()
    if (payload.issues.length === count) continue
    z.core.util.attachSchema(payload.issues as never, count, owner)
    isAborted ||= z.core.util.aborted(payload as never, count)
  }
  return payload
}

/** Goes on with the checks from the one at `start`, all before it having passed. */
export function checkFrom(owner: Schema, checks: readonly Check[], start: number, value: unknown): Payload {
  return runChecks(owner, checks, start, { value, issues: [] })
}

/** Runs all checks of a schema whose parts have already failed. */
export function checkFailed(
  owner: Schema,
  checks: readonly Check[],
  value: unknown,
  issues: RawIssue[],
  aborted: boolean,
): Payload {
  return runChecks(owner, checks, 0, aborted ? { value, issues, aborted } : { value, issues })
}

/** Reports a refinement that answered `answer`, which was not true, and goes on with the checks after it. */
export function refineFailed(
  owner: Schema,
  checks: readonly Check[],
  at: number,
  value: unknown,
  answer: unknown,
): Payload {
  if (answer instanceof Promise) throw new z.core.$ZodAsyncError()
  const check = checks[at]!
  const { path, abort, params } = checkDefOf(check)
  const issue = { code: 'custom', input: value, inst: check, path: [...(path ?? [])], continue: !abort }
  const payload: Payload = { value, issues: [(params ? { ...issue, params } : issue) as unknown as RawIssue] }
  z.core.util.attachSchema(payload.issues as never, 0, owner)
  return runChecks(owner, checks, at + 1, payload)
}
