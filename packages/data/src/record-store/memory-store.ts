import type { Write } from '../database/database.ts'
import type { Key, Row, Table, Value } from '../database/table.ts'
import type { RecordStore, RecordStoreDriver, Written } from './record-store.ts'
import { pageOf } from './row-page.ts'
import { type UniqueIndex, uniqueIndexes } from './unique-values.ts'

/** Where a row is. */
export interface Place {
  readonly table: Table
  readonly tenant: string
  readonly key: Key
}

/** A store in memory that others build on. */
export interface MemoryStore extends RecordStore {
  read(table: Table, tenant: string, keys: readonly Key[]): readonly (Row | undefined)[]
  write(tenant: string, write: Write): Written
  /** What a write would come to; nothing is changed. */
  judge(tenant: string, write: Write): Written
  /** Puts a row there as it is, or takes it away. */
  place(place: Place, row: Row | undefined): void
}

interface Shelf {
  readonly rows: Map<Key, Row>
  readonly uniques: readonly { readonly index: UniqueIndex; readonly keys: Map<string, Key> }[]
}

/** Keeps records in this process. */
export function createMemoryStore(): MemoryStore {
  const tables = new Map<string, Map<string, Shelf>>()
  let newest = 0

  const shelfOf = (table: Table, tenant: string): Shelf => {
    let tenants = tables.get(table.name)
    if (!tenants) tables.set(table.name, (tenants = new Map()))
    let shelf = tenants.get(tenant)
    if (!shelf) {
      const uniques = uniqueIndexes(table).map((index) => ({ index, keys: new Map<string, Key>() }))
      tenants.set(tenant, (shelf = { rows: new Map(), uniques }))
    }
    return shelf
  }

  const judge = (tenant: string, write: Write): Written => {
    const { table, kind } = write
    const { rows, uniques } = shelfOf(table, tenant)
    const key = keyOf(write)
    const before = rows.get(key)
    if (kind === 'insert' && before) return { kind: 'notUnique', columns: [table.key] }
    if ((kind === 'update' || kind === 'delete') && before?.[0] !== write.version) return { kind: 'conflict' }
    if (kind !== 'delete') {
      for (const { index, keys } of uniques) {
        const text = index.textOf(write.values)
        const other = text === undefined ? undefined : keys.get(text)
        if (other !== undefined && other !== key) return { kind: 'notUnique', columns: index.columns }
      }
    }
    return { kind: 'written', version: newest + 1 }
  }

  const place = ({ table, tenant, key }: Place, row: Row | undefined): void => {
    const { rows, uniques } = shelfOf(table, tenant)
    const before = rows.get(key)
    for (const { index, keys } of uniques) {
      const old = before && index.textOf(before.slice(1) as Value[])
      if (old !== undefined) keys.delete(old)
      const text = row && index.textOf(row.slice(1) as Value[])
      if (text !== undefined) keys.set(text, key)
    }
    if (row) rows.set(key, row)
    else rows.delete(key)
    newest = Math.max(newest, row?.[0] ?? 0)
  }

  return {
    name: 'memory',
    prepare: () => undefined,
    read(table, tenant, keys) {
      const { rows } = shelfOf(table, tenant)
      return keys.map((key) => rows.get(key))
    },
    find: (table, tenant, query) => pageOf(table, shelfOf(table, tenant).rows.values(), query),
    judge,
    write(tenant, write) {
      const written = judge(tenant, write)
      if (written.kind === 'written') {
        newest = written.version
        const row: Row | undefined = write.kind === 'delete' ? undefined : [written.version, ...write.values]
        place({ table: write.table, tenant, key: keyOf(write) }, row)
      }
      return written
    },
    place,
    close: () => undefined,
  }
}

/** The key of the record that is written. */
export function keyOf(write: Write): Key {
  if (write.kind === 'update' || write.kind === 'delete') return write.key
  const { columns, key } = write.table
  return write.values[columns.findIndex(({ name }) => name === key)] as Key
}

/**
 * Keeps records in memory, for tests and for what may be lost with the process.
 *
 * @example app('web', { parts: [provideRecords(Sessions, memoryRecords())] })
 */
export const memoryRecords = (): RecordStoreDriver => ({
  name: 'memory',
  describe: () => ({ engine: 'memory' }),
  open: async () => createMemoryStore(),
})
