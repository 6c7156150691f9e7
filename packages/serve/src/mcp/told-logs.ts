import { LOG_LEVEL_META_KEY, type LoggingLevel, type Server, type ServerContext } from '@modelcontextprotocol/server'
import { type AnyFailure, holds, type LogLine, type Outcome, type Severity } from '@heddle/core'
import type { KnownCaller } from '../http/call-endpoint.ts'
import { failureJson } from '../http/problem.ts'

const levels: readonly LoggingLevel[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
]
const levelOf: Readonly<Record<Severity, LoggingLevel>> = {
  debug: 'debug',
  info: 'info',
  warning: 'warning',
  error: 'error',
  fatal: 'critical',
}

/** The levels that clients of revisions before 2026-07-28 set for their sessions. */
const chosen = new WeakMap<Server, LoggingLevel>()

/** Answers `logging/setLevel`. Until then nothing is sent. */
export function serveLogLevel(server: Server): void {
  server.setRequestHandler('logging/setLevel', ({ params: { level } }) => {
    chosen.set(server, level)
    return {}
  })
}

/** Tells a client what is logged about its own calls. */
export interface ToldLogs {
  /** Missing for whom it is not meant: what commands log may be anything. */
  readonly onLog?: (line: LogLine) => void
  ended(command: string, outcome: Outcome<unknown, AnyFailure>): void
}

/** Undefined where the client wants to hear of nothing. */
export function toldLogs(server: Server, { mcpReq }: ServerContext, caller: KnownCaller): ToldLogs | undefined {
  const envelope = mcpReq.envelope as Readonly<Record<string, unknown>> | undefined
  const wanted = envelope ? (envelope[LOG_LEVEL_META_KEY] as LoggingLevel | undefined) : chosen.get(server)
  const least = wanted === undefined ? -1 : levels.indexOf(wanted)
  if (least < 0) return undefined

  function tell(severity: Severity, logger: string, data: Record<string, unknown>) {
    const level = levelOf[severity]
    if (levels.indexOf(level) < least) return
    // A client that has gone has nobody to tell.
    mcpReq.notify({ method: 'notifications/message', params: { level, logger, data } }).catch(() => undefined)
  }

  const seesInsides = caller.isOperator || (caller.as !== null && holds(caller.as, 'heddle:operate'))
  return {
    ...(seesInsides && {
      onLog: ({ severity, message, fields }: LogLine) =>
        tell(severity, String(fields?.['command']), { message, ...fields }),
    }),
    ended(command, outcome) {
      if (outcome.ok) return tell('debug', command, { message: `${command} succeeded` })
      const errors = outcome.errors.slice(0, 10).map((error) => failureJson(error, caller.isOperator))
      const [{ severity, message }] = errors as [(typeof errors)[number]]
      tell(severity, command, { message: `${command} failed: ${message}`, errors: errors.map(({ key }) => key) })
    },
  }
}
