import type { Maybe, Ports } from '@heddle/core'
import type { Commit, Database, Reader, TenantRow, Write } from '../database/database.ts'
import type { Append } from '../database/event-feed.ts'
import type { RowChange } from '../database/row-change.ts'
import type { Row, Table, Value } from '../database/table.ts'
import { secretEventTable, secretStreamEventTable } from '../events/event-tables.ts'
import { chain } from '../unit/chain.ts'
import { encryptedColumns } from './encrypted-columns.ts'
import { Envelopes } from './envelopes.ts'
import { createRotation, type Rotation, rotationOf } from './rotation.ts'

/** A database that keeps the columns that say so encrypted. Who uses it sees the plain values. */
export interface EncryptedDatabase extends Database {
  readonly [rotationOf]: Rotation
}

/** Puts encryption before a database. */
export function encryptedDatabase(database: Database, ports: Pick<Ports, 'keys' | 'random'>): EncryptedDatabase {
  const envelopes = new Envelopes(ports)
  const secretEvents = new Map([secretEventTable, secretStreamEventTable].map((table) => [table.name, table]))

  function opened<R extends Row | undefined>(table: Table, tenant: string, found: Maybe<readonly R[]>) {
    if (encryptedColumns(table).length === 0) return found
    return chain(found, (rows) => rows.map((row) => (row ? (envelopes.open(table, tenant, row) as R) : row)))
  }

  const reader = (inner: Reader): Reader => ({
    read: (table, tenant, keys) => opened(table, tenant, inner.read(table, tenant, keys)),
    find: (table, tenant, query) => opened(table, tenant, inner.find(table, tenant, query)),
    count: (table, tenant, where) => inner.count(table, tenant, where),
    query: (tenant, query) => inner.query(tenant, query),
  })

  function closedWrite(tenant: string, write: Write): Write {
    if (write.kind === 'delete' || encryptedColumns(write.table).length === 0) return write
    return { ...write, values: envelopes.close(write.table, tenant, write.values) }
  }

  /** The values of an event lack its offset, which is its first column. */
  function closedEvent(event: Append): Append {
    if (encryptedColumns(event.table).length === 0) return event
    const withOffset: readonly Value[] = [0, ...event.values]
    return { ...event, values: envelopes.close(event.table, '', withOffset).slice(1) }
  }

  function closed(commit: Commit): Commit {
    const { tenant, writes, events, changes } = commit
    changes?.forEach(refuseSecret)
    if (!writes.some(hasSecret) && !events?.some(hasSecret)) return commit
    return {
      ...commit,
      writes: writes.map((write) => closedWrite(tenant, write)),
      ...(events && { events: events.map(closedEvent) }),
    }
  }

  function openedAcross<R extends TenantRow>(table: Table, found: Maybe<readonly R[]>): Maybe<readonly R[]> {
    if (encryptedColumns(table).length === 0) return found
    return chain(found, (rows) => rows.map((one) => ({ ...one, row: envelopes.open(table, one.tenant, one.row) })))
  }

  return {
    ...database,
    ...reader(database),
    findAcross: (table, query) => openedAcross(table, database.findAcross(table, query)),
    ...(database.take && { take: (take) => openedAcross(take.table, database.take!(take)) }),
    snapshot: (signal) =>
      chain(database.snapshot(signal), (held) => ({ ...reader(held), release: () => held.release() })),
    commit: (commit) => database.commit(closed(commit)),
    readEvents: (query) =>
      chain(database.readEvents(query), ({ rows, upTo }) => ({
        rows: rows.map(({ table, row }) => ({
          table,
          row: envelopes.open(secretEvents.get(table.name) ?? table, '', row),
        })),
        upTo,
      })),
    [rotationOf]: createRotation(database, envelopes),
  }
}

const hasSecret = ({ table }: { readonly table: Table }) => encryptedColumns(table).length > 0

/** What encrypts a value wants the whole record, which a change does not have. */
function refuseSecret({ table, columns }: RowChange): void {
  const secret = encryptedColumns(table).find((index) => columns.includes(table.columns[index]!.name))
  if (secret === undefined) return
  throw new TypeError(`${table.name}.${table.columns[secret]!.name} is encrypted, so the whole record must be written`)
}
