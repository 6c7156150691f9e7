import { type Log, type Severity, toJson } from '@heddle/core'
import type { Logger } from 'pino'

const levels = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  error: 'error',
  fatal: 'fatal',
} as const satisfies Record<Severity, keyof Logger>

/**
 * A pino logger as the log of an app. Its level, its fields and where it writes are the logger's.
 *
 * @example await bank.open({ ports: { log: pinoLog(pino({ level: 'debug' })) } })
 */
export function pinoLog(logger: Pick<Logger, (typeof levels)[Severity] | 'isLevelEnabled'>): Log {
  return {
    write(severity, message, fields = {}) {
      const level = levels[severity]
      if (logger.isLevelEnabled(level)) logger[level](toJson(fields), message)
    },
  }
}
