import type { CallToolResult } from '@modelcontextprotocol/server'
import type { AnyFailure } from '@heddle/core'
import { failureJson } from '../http/problem.ts'
import type { Encode } from '../http/encode.ts'

/** A list with a thousand wrong elements is not answered with a thousand errors. */
const mostErrors = 100

/**
 * The result of a call that failed: each error for the model to read, and as over every other surface.
 *
 * @param items JSON of what a streamed answer had before
 */
export function failedResult(
  errors: readonly AnyFailure[],
  isOperator = false,
  items: readonly string[] = [],
): CallToolResult {
  const told = errors.slice(0, mostErrors).map((error) => failureJson(error, isOperator))
  const lines = told.map(({ key, message, help }) => `${key}: ${message}${help === undefined ? '' : ` ${help}`}`)
  const leftOut = errors.length - told.length
  return {
    isError: true,
    content: [{ type: 'text', text: lines.join('\n') }],
    structuredContent: {
      errors: told,
      ...(leftOut > 0 && { errorsLeftOut: leftOut }),
      ...(items.length > 0 && { items: items.map((item) => JSON.parse(item) as unknown) }),
    },
  }
}

/** The result of a call with a value. One without has nothing to tell. */
export function valueResult(value: unknown, encode: Encode): CallToolResult {
  if (value === undefined) return { content: [] }
  const text = encode(value)
  // What `JSON.stringify` writes as it is needs no copy.
  const structuredContent = (
    encode === JSON.stringify ? value : JSON.parse(text)
  ) as CallToolResult['structuredContent']
  return { content: [{ type: 'text', text }], structuredContent }
}
