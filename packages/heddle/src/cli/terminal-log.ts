import { type Log, toJson } from '@heddle/core'
import type { Writer } from '@heddle/serve'

const quiet = new Set(['debug', 'info', 'warning'])

/** Log lines for a person: errors alone, or everything with its fields. */
export function terminalLog(writer: Writer, verbose: boolean): Log {
  return {
    write(severity, message, fields = {}) {
      if (!verbose && quiet.has(severity)) return
      const { stack, ...others } = fields
      const told = Object.entries(others)
        .filter(([, value]) => value != null)
        .map(([name, value]) => `${name}=${JSON.stringify(toJson(value))}`)
      writer.write(`${severity} ${[message, ...told].join(' ')}\n`)
      if (verbose && typeof stack === 'string') writer.write(`${stack}\n`)
    },
  }
}
