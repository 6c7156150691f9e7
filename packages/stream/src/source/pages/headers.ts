import { systemFailure } from '@heddle/core'
import { z } from 'zod'

/** Headers in the settings of a source or sink. */
export const headersType = z
  .record(z.string(), z.union([z.string(), z.strictObject({ env: z.string() })]))
  .optional()
  .describe('Sent with each request; `{ env: NAME }` takes a variable of the environment, for what is secret')

/**
 * What is sent.
 *
 * @throws {Failure} InvalidConfig for a variable that is not set
 */
export function headersOf(given: z.output<typeof headersType>, of: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(given ?? {})) {
    const found = typeof value === 'string' ? value : process.env[value.env]
    if (found === undefined) {
      const { env } = value as { env: string }
      throw systemFailure('InvalidConfig', {
        reason: `the header ${name} of ${of} is the variable ${env}, which is not set`,
      })
    }
    headers[name] = found
  }
  return headers
}
