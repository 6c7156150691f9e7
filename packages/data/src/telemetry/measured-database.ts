import { type Histogram, isPromise, type Maybe, type Ports, stopwatchOf } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { aroundStatements } from './around-statements.ts'

/** A database whose statements are timed, where somebody wants to know; else the database itself. */
export function measuredDatabase(database: Database, { telemetry: { metrics }, clock }: Ports): Database {
  if (!metrics) return database
  const elapsed = stopwatchOf(clock)
  const help = 'How long statements took, with what they waited for.'
  const durations = metrics.histogram('heddle_database_duration_seconds', help, 'operation', 'table')
  const series = new Map<string, Map<string | undefined, Histogram>>()

  function durationsOf(operation: string, table: string | undefined): Histogram {
    let ofOperation = series.get(operation)
    if (!ofOperation) series.set(operation, (ofOperation = new Map()))
    let found = ofOperation.get(table)
    if (!found) ofOperation.set(table, (found = durations.of(operation, table ?? '')))
    return found
  }

  function timed<Value>(operation: string, table: string | undefined, run: () => Maybe<Value>): Maybe<Value> {
    const startedAt = elapsed()
    const end = () => durationsOf(operation, table).add((elapsed() - startedAt) / 1000)
    try {
      const result = run()
      if (isPromise(result)) return result.finally(end)
      end()
      return result
    } catch (thrown) {
      end()
      throw thrown
    }
  }

  if (database.waiting) {
    metrics.gauge('heddle_database_waiting', 'Commits that wait for the writer.', () => database.waiting!())
  }
  return aroundStatements(database, timed)
}
