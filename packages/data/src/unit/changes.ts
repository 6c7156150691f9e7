import type { Check, RowAddress, Write } from '../database/database.ts'
import type { Key, Table } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { RecordState } from './record-state.ts'

/** What a unit of work knows of the records of one entity, by key. */
export type States = Map<Key, RecordState>

/** What a unit of work knows of all records. */
export type EntityStates = ReadonlyMap<AnyEntity, States>

/** What a commit makes durable of a unit's records, and what it verifies. */
export interface Changes {
  readonly checks: readonly Check[]
  readonly writes: readonly Write[]
}

/** The changes of a unit: every record that was read by key is verified, every one that was written is written. */
export function changesOf(known: EntityStates): Changes {
  const checks: Check[] = []
  const writes: Write[] = []
  const removals: Write[] = []
  for (const [{ table }, states] of known) {
    for (const [key, { record, values, version, read, revision }] of states) {
      if (revision === 0) {
        if (read) checks.push({ table, key, version: version! })
      } else if (record) {
        if (version === undefined) writes.push({ kind: 'insert', table, values: values!, absent: false })
        else if (version === 0) writes.push({ kind: 'insert', table, values: values!, absent: true })
        else if (version < 0) writes.push({ kind: 'put', table, values: values! })
        else writes.push({ kind: 'update', table, key, values: values!, version })
      } else if (version !== undefined && version > 0) removals.push({ kind: 'delete', table, key, version })
      else if (version === 0 && read) checks.push({ table, key, version })
    }
  }
  // What is removed makes room in unique indexes, so it goes first.
  return { checks, writes: removals.length > 0 ? [...removals, ...writes] : writes }
}

/** What was read by key or written. */
export function touchedRows(known: EntityStates, tenant: string): RowAddress[] {
  const rows: RowAddress[] = []
  for (const [{ table }, states] of known) {
    for (const [key, { read, revision }] of states) {
      if (read || revision > 0) rows.push({ table, tenant, key })
    }
  }
  return rows
}

/**
 * What a commit locks, in order. A key at which nobody looked has no one who could lose it, so it needs no lock.
 */
export function writtenAddresses(known: EntityStates, tenant: string): string[] {
  const addresses: string[] = []
  for (const [{ table }, states] of known) {
    for (const [key, { revision, version }] of states) {
      if (revision > 0 && version !== undefined) addresses.push(addressOf(table, tenant, key))
    }
  }
  return addresses.length > 1 ? addresses.sort() : addresses
}

/** The locks of rows, in the one order in which everybody takes them. */
export const lockAddresses = (rows: readonly RowAddress[]): string[] =>
  rows.map(({ table, tenant, key }) => addressOf(table, tenant, key)).toSorted()

const addressOf = (table: Table, tenant: string, key: Key) => `${table.name}\0${tenant}\0${key}`
