import type { Severity } from '../error/codes.ts'
import { toJson } from '../schema/to-json.ts'
import { type Clock, systemClock } from './clock.ts'
import { createLogLevels, domainOfFields, type LogLevels } from './log-levels.ts'

/** Where log lines go: a severity, a sentence and fields. */
export interface Log {
  write(severity: Severity, message: string, fields?: Record<string, unknown>): void
  /** Which lines are written, where that can be changed. */
  readonly levels?: LogLevels
}

/** A line that was logged. */
export interface LogLine {
  readonly severity: Severity
  readonly message: string
  readonly fields?: Record<string, unknown>
}

/**
 * One JSON object per line on standard error: `time`, `severity`, `message`, then the fields.
 *
 * @param least the level that it begins with
 */
export function jsonLog(
  least: Severity = 'info',
  write = (line: string) => void process.stderr.write(line),
  clock: Clock = systemClock,
): Log {
  const levels = createLogLevels(least)
  return {
    levels,
    write(severity, message, fields) {
      if (!levels.allows(severity, domainOfFields(fields))) return
      const time = new Date(clock.now()).toISOString()
      write(`${lineOf({ time, severity, message }, fields)}\n`)
    },
  }
}

/** A field never takes the place of the line's own, and one that cannot be written never keeps the line from being written. */
function lineOf(own: Record<string, unknown>, fields: Record<string, unknown> | undefined): string {
  try {
    return JSON.stringify({ ...own, ...(fields && (toJson(fields) as object)), ...own })
  } catch (thrown) {
    return JSON.stringify({ ...own, unwritable: thrown instanceof Error ? thrown.message : 'fields' })
  }
}

/** Keeps the lines in memory, for tests. */
export function memoryLog(): Log & {
  readonly lines: { severity: Severity; message: string; fields?: Record<string, unknown> }[]
} {
  const lines: { severity: Severity; message: string; fields?: Record<string, unknown> }[] = []
  return { lines, write: (severity, message, fields) => void lines.push({ severity, message, fields }) }
}
