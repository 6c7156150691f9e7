import { type AnyFailure, type OpenApp, systemErrors } from '@heddle/core'

/** Counts a request that ended before its command began. @param command the one that it was for, where it was for one */
export type CountRefusal = (failure: Pick<AnyFailure, 'code'>, command?: string) => void

/** Counts nothing where nobody reads metrics. */
const uncounted: CountRefusal = () => undefined

/**
 * What counts refused requests of a surface. Its labels are names of the manifest and codes of ours: what `authenticate`
 * throws may have any code, and is counted as `other`.
 */
export function refusalCounter(app: OpenApp, surface: string): CountRefusal {
  const { metrics } = app.ports.telemetry
  if (!metrics) return uncounted
  const help = 'Requests that were refused before a command began.'
  const counters = metrics.counter('heddle_requests_refused_total', help, 'command', 'surface', 'code')
  return ({ code }, command = '') =>
    counters.of(command, surface, Object.hasOwn(systemErrors, code) ? code : 'other').add()
}
