import { type Log, type LogLevels, severities, systemFailure } from '@heddle/core'
import { z } from 'zod'

/** How loud a line must be to be written. */
export const levelType = z.enum(severities)

/** What is written now. */
export const levelsOutput = z.object({
  level: levelType.describe('For all that have no level of their own'),
  domains: z.record(z.string(), levelType).describe('Domains that have one'),
})

/**
 * The levels of the log of the process that runs the command.
 *
 * @throws {Failure} Unavailable, for a log that has none, e.g. that of another library
 */
export function levelsOf(log: Log | undefined): LogLevels {
  if (!log?.levels) throw systemFailure('Unavailable', { what: "The levels of this app's log" })
  return log.levels
}
