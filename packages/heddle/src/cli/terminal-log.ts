import { createLogLevels, domainOfFields, type Log, toJson } from '@heddle/core'
import type { Writer } from '@heddle/serve'

/** Log lines for a person: errors alone, or everything with its fields, until the levels are set otherwise. */
export function terminalLog(writer: Writer, verbose: boolean): Log {
  const levels = createLogLevels(verbose ? 'debug' : 'error')
  return {
    levels,
    write(severity, message, fields = {}) {
      if (!levels.allows(severity, domainOfFields(fields))) return
      const { stack, ...others } = fields
      const told = Object.entries(others)
        .filter(([, value]) => value != null)
        .map(([name, value]) => `${name}=${JSON.stringify(toJson(value))}`)
      writer.write(`${severity} ${[message, ...told].join(' ')}\n`)
      if (verbose && typeof stack === 'string') writer.write(`${stack}\n`)
    },
  }
}
