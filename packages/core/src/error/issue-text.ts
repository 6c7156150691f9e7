import type { z } from 'zod'
import { crossesAnnotated, toldPath } from '../schema/annotate/crosses.ts'
import type { Schema } from '../schema/schema.ts'
import type { PathSegment } from './key.ts'
import { plainMessage } from './plain-message.ts'

/**
 * An issue of a type in one line, for the reason of a defect: what was expected and where. Of a value that is marked
 * `sensitive()` or `pii()` nothing is told.
 *
 * @param at where the checked value itself stands
 */
export function issueText(type: Schema, issue: z.core.$ZodIssue, at = ''): string {
  const path = [at, ...toldPath(type, issue.path as PathSegment[])].filter((segment) => segment !== '').join('/')
  const message = crossesAnnotated(type, issue.path) ? plainMessage(issue) : issue.message
  return `${message} (at ${path || 'the top'})`
}
