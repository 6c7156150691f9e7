import type { RawIssue } from '../issues.ts'
import { type Check, defOf, internals, type Schema } from '../nodes.ts'
import { type Found, join, leafRun, push } from './payload.ts'

type Failure = (found: Found, value: unknown, path?: PropertyKey[]) => Found

/**
 * Makes the function that finds the issues of a value which failed a schema without parts. It is Zod's loop over the
 * checks, less what such checks cannot need: each runs unless an issue before it aborts, and none changes the value.
 *
 * @param start the first of `checks` that may have failed; at 0 the type may be wrong, too
 */
export function leafFailure(owner: Schema, checks: readonly Check[], start: number): Failure {
  const runs = checks.slice(start).map((check) => internals(check).check)
  const { type, coerce } = defOf(owner)
  const general: Failure = (found, value, path) => join(found, leafRun(owner, value).issues, path)
  if (start === 0 && (coerce || !(type === 'string' || type === 'number' || type === 'bigint' || type === 'boolean')))
    return general

  return (found, value, path) => {
    if (start === 0 && typeof value !== type) {
      // Checks of length look at whatever has a length, also when it is no text.
      if (typeof value === 'object' && value !== null) return general(found, value, path)
      if (typeof value === 'string' || typeof value === 'function') return general(found, value, path)
      const issue = { expected: type, code: 'invalid_type', input: value, inst: owner }
      return push(found, (path ? { ...issue, path } : issue) as RawIssue)
    }
    if (type === 'number' && !Number.isFinite(value)) return general(found, value, path)
    const payload = { value, issues: found ?? [] }
    const { issues } = payload
    for (const run of runs) {
      const count = issues.length
      run(payload)
      if (issues.length === count) continue
      for (let at = count; at < issues.length; at++) {
        const issue = issues[at] as { schema?: Schema; path?: PropertyKey[] }
        issue.schema ??= owner
        if (path) issue.path = issue.path ? [...path, ...issue.path] : path.slice()
      }
      // These checks only know how to go on or to abort, and the last issue of one says which.
      if (issues.at(-1)!.continue !== true) break
    }
    return issues
  }
}
