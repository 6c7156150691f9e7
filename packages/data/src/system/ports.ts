import type { Part, Ports } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { ChangeWatch } from '../feed/change-watch.ts'
import { createFeed } from '../feed/create-feed.ts'
import type { Schema } from '../migration/schema.ts'
import { DataTransactions } from '../unit/data-transactions.ts'
import { createPrincipals } from '../access/principals.ts'
import { createDeadLetters } from './dead-letters.ts'
import { createDeployments } from './deployments.ts'
import { createIdempotency } from './idempotency.ts'

/** Core's ports that a database provides, whatever the engine. */
export function portsOf(
  database: Database,
  schema: Schema,
  ports: Ports,
  { changes, parts }: { readonly changes: ChangeWatch; readonly parts: readonly Part[] },
): Partial<Ports> {
  const { clock, random, timers, log, telemetry } = ports
  return {
    transactions: new DataTransactions(database, schema, telemetry.tracing),
    notices: database.notices,
    feed: createFeed(database, changes, parts),
    idempotency: createIdempotency(database, clock, timers),
    deadLetters: createDeadLetters(database, ports),
    deployments: createDeployments(database, clock, random),
    principals: createPrincipals(database, clock, log),
  }
}
