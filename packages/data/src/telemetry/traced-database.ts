import { type BeginOptions, type Tracing, untilEnd } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { aroundStatements } from './around-statements.ts'

/** What OpenTelemetry's conventions call the engines. */
const systems: Readonly<Record<string, string>> = { postgres: 'postgresql' }

/**
 * The database of one unit of work that is recorded: each statement has a span, within what is active where somebody keeps
 * track of it, else within the span of the unit. It tells names and no values.
 */
export function tracedDatabase(
  database: Database,
  tracing: Tracing,
  span: NonNullable<BeginOptions['span']>,
): Database {
  const system = systems[database.name] ?? database.name
  return aroundStatements(database, (operation, table, run) => {
    const attributes = {
      'db.system.name': system,
      'db.operation.name': operation,
      ...(table !== undefined && { 'db.collection.name': table }),
    }
    const name = table === undefined ? operation : `${operation} ${table}`
    const own = tracing.begin(name, 'client', tracing.active() ?? span, attributes)
    return untilEnd(own, run)
  })
}
