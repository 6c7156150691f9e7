import type { z } from 'zod'
import { crossesAnnotated, toldPath } from '../schema/annotate/crosses.ts'
import type { Schema } from '../schema/schema.ts'
import type { PathSegment } from './key.ts'
import { plainMessage } from './plain-message.ts'

/**
 * What may be told of an issue of a type: where it is and what was expected. Of a value that is marked `sensitive()` or
 * `pii()` nothing is told.
 */
export function toldIssue(type: Schema, issue: z.core.$ZodIssue): { path: readonly PathSegment[]; message: string } {
  const message = crossesAnnotated(type, issue.path) ? plainMessage(issue) : issue.message
  return { path: toldPath(type, issue.path as PathSegment[]), message }
}

/**
 * The same in one line, for the reason of a defect.
 *
 * @param at where the checked value itself stands
 */
export function issueText(type: Schema, issue: z.core.$ZodIssue, at = ''): string {
  const { path, message } = toldIssue(type, issue)
  return `${message} (at ${[at, ...path].filter((segment) => segment !== '').join('/') || 'the top'})`
}
