import type { BeginOptions, OpeningHost, Part, Tracing, Transactions } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { Schema } from '../migration/schema.ts'
import { tracedDatabase } from '../telemetry/traced-database.ts'
import { Catalog } from './catalog.ts'
import { DataUnit } from './data-unit.ts'

/** Opens units of work on a database, and knows the shape of its tables. */
export class DataTransactions implements Transactions {
  readonly database: Database
  readonly schema: Schema
  readonly catalog: Catalog
  readonly #tracing: Tracing | undefined

  constructor(database: Database, schema: Schema, tracing?: Tracing) {
    this.database = database
    this.schema = schema
    this.catalog = new Catalog(schema)
    this.#tracing = tracing
  }

  begin(options: BeginOptions): DataUnit {
    const { span } = options
    const database = span && this.#tracing ? tracedDatabase(this.database, this.#tracing, span) : this.database
    return new DataUnit(database, this.catalog, options)
  }
}

/**
 * Makes the database of an app ready for an entity. Without a database there is nothing to do.
 *
 * @throws {Failure} MigrationNeeded
 */
export async function adoptEntity(
  transactions: Transactions,
  entity: AnyEntity,
  { mode, parts }: Pick<OpeningHost, 'mode' | 'parts'>,
): Promise<void> {
  if (!(transactions instanceof DataTransactions)) return
  const isEntity = (part: Part): part is AnyEntity => part.kind === entity.kind
  await transactions.schema.adopt(entity, mode, () => parts.filter(isEntity))
  transactions.catalog.add(entity)
}
