import type { Severity } from '../error/codes.ts'

/** Where log lines go: a severity, a sentence and fields. */
export interface Log {
  write(severity: Severity, message: string, fields?: Record<string, unknown>): void
}

const rank: Record<Severity, number> = { debug: 0, info: 1, warning: 2, error: 3, fatal: 4 }

/** One JSON object per line on standard error. */
export function jsonLog(least: Severity = 'info', write = (line: string) => void process.stderr.write(line)): Log {
  return {
    write(severity, message, fields) {
      if (rank[severity] < rank[least]) return
      write(`${JSON.stringify({ severity, message, ...fields })}\n`)
    },
  }
}

/** Keeps the lines in memory, for tests. */
export function memoryLog(): Log & {
  readonly lines: { severity: Severity; message: string; fields?: Record<string, unknown> }[]
} {
  const lines: { severity: Severity; message: string; fields?: Record<string, unknown> }[] = []
  return { lines, write: (severity, message, fields) => void lines.push({ severity, message, fields }) }
}
