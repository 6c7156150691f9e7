import type { Maybe } from '@heddle/core'
import type { Database, PageQuery, Write } from '../database/database.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { chain } from '../unit/chain.ts'

/** An entity of which only the records' type matters. */
export type RecordType<Rec> = AnyEntity & { readonly types?: { readonly record: Rec } }

/** The write that puts a system record, whatever was there. */
export function putWrite<Rec extends object>(entity: RecordType<Rec>, record: Rec): Write {
  return { kind: 'put', table: entity.table, values: entity.codec.encode(record as AnyRecord) }
}

/** Reads system records, by key unless the query says otherwise. */
export function findRecords<Rec>(
  database: Pick<Database, 'find'>,
  entity: RecordType<Rec>,
  tenant: string,
  query: Partial<PageQuery> = {},
): Maybe<Rec[]> {
  const { where, after, limit = 10_000, order = [{ column: entity.table.key, descending: false }] } = query
  const rows = database.find(entity.table, tenant, { where, order, after, limit })
  return chain(rows, (found) => found.map((row) => entity.codec.decode(row) as Rec))
}
