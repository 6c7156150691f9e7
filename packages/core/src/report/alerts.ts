import type { Hook } from '../call/hooks.ts'
import type { Maybe } from '../ports/maybe.ts'
import { parseDuration } from '../schema/duration.ts'
import type { ErrorRecord } from './error-record.ts'
import { type ErrorWatch, onErrors } from './on-errors.ts'

/** When somebody is woken up. */
export interface AlertRule extends ErrorWatch {
  /** How many errors within the time are too many. */
  readonly count: number
  /** e.g. `5m` */
  readonly within: string
  /** For how long it is quiet after an alert. @default the time */
  readonly quiet?: string
}

/** Too many errors in a time. */
export interface Alert {
  readonly count: number
  /** UTC, milliseconds since 1970: of the oldest error that counted. */
  readonly since: number
  /** The error that was one too many. */
  readonly last: ErrorRecord
}

/** Counts errors and alerts. */
export interface Alerts {
  readonly hooks: readonly Hook[]
}

/**
 * Creates an alert: when so many errors came within a time, somebody is told once, and again only after a quiet time.
 *
 * @throws {Defect} InvalidDefinition, for a time that is no duration
 * @example
 * const payments = createAlert({ command: 'payments.*', count: 10, within: '5m' }, (alert) => pager.call(alert))
 * app('shop', { parts, hooks: payments.hooks })
 */
export function createAlert(rule: AlertRule, tell: (alert: Alert) => Maybe<void>): Alerts {
  const { count, within, quiet = within, ...watch } = rule
  const [withinMs, quietMs] = [parseDuration(within), parseDuration(quiet)]
  const times: number[] = []
  let quietUntilMs = -Infinity

  const hooks = onErrors(watch, (last) => {
    times.push(last.at)
    if (times.length > count) times.shift()
    const since = times[0]!
    if (times.length < count || last.at - since >= withinMs || last.at < quietUntilMs) return undefined
    quietUntilMs = last.at + quietMs
    times.length = 0
    return tell({ count, since, last })
  })
  return { hooks }
}
