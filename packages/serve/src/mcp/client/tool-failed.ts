import { error, type ErrorFacts } from '@heddle/core'
import { z } from 'zod'

const facts: Partial<ErrorFacts> = {
  category: 'external',
  severity: 'warning',
  retry: 'never',
  message: 'The tool {tool} failed: {message}',
}

/** What the command of a tool may end with: the tool said that it failed, or what it said cannot be used. */
export const toolErrors = {
  ToolFailed: error(
    z.object({
      tool: z.string(),
      /** What the tool said, in words. */
      message: z.string(),
      /** The structured part of what it said. */
      detail: z.unknown().optional(),
    }),
    facts,
  ),
}
