import { z } from 'zod'
import { errorOfIssue } from './issue-codes.ts'

/**
 * What is wrong with a value that must not be told: only what its type says, in Zod's own words, since the message of an
 * author may quote the value.
 */
export function plainMessage(issue: z.core.$ZodRawIssue | z.core.$ZodIssue): string {
  const { message } = errorOfIssue(issue.code!).facts
  if (issue.code === 'custom' || issue.code === 'unrecognized_keys') return message
  const told = z.config().localeError?.({ ...issue, input: undefined, message: undefined } as z.core.$ZodRawIssue)
  const text = typeof told === 'string' ? told : told?.message
  return text === undefined ? message : text.replace(/, received .*$/s, '')
}
