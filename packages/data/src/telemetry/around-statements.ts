import type { Maybe } from '@heddle/core'
import type { Database, Reader } from '../database/database.ts'
import { chain } from '../unit/chain.ts'

/** Runs one statement and sees it begin and end. The table is missing where there are several. */
export type Around = <Value>(operation: string, table: string | undefined, run: () => Maybe<Value>) => Maybe<Value>

/** A database of which each statement is run by somebody else. */
export function aroundStatements(database: Database, around: Around): Database {
  const reader = (inner: Reader): Reader => ({
    read: (table, tenant, keys) => around('read', table.name, () => inner.read(table, tenant, keys)),
    find: (table, tenant, query) => around('find', table.name, () => inner.find(table, tenant, query)),
    count: (table, tenant, where) => around('count', table.name, () => inner.count(table, tenant, where)),
    query: (tenant, query) => around('query', undefined, () => inner.query(tenant, query)),
  })
  return {
    ...database,
    ...reader(database),
    snapshot: (signal) =>
      chain(database.snapshot(signal), (held) => ({ ...reader(held), release: () => held.release() })),
    findAcross: (table, query) => around('find', table.name, () => database.findAcross(table, query)),
    countAcross: (table, query) => around('count', table.name, () => database.countAcross(table, query)),
    ...(database.take && { take: (take) => around('take', take.table.name, () => database.take!(take)) }),
    commit: (commit) => around('commit', undefined, () => database.commit(commit)),
    lock: (holder, addresses, signal, rows) =>
      around('lock', undefined, () => database.lock(holder, addresses, signal, rows)),
    prune: (prune) => around('prune', prune.table.name, () => database.prune(prune)),
  }
}
