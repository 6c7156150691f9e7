import type { Table } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'

/** The same table with a column that is encrypted where it is written, and decrypted where it was encrypted. */
export function withEncrypted(table: Table, column: string): Table {
  const columns = table.columns.map((each) => (each.name === column ? { ...each, encrypted: true } : each))
  return { ...table, columns }
}

/** The same entity, of which one field is encrypted. */
export const withSecret = <E extends AnyEntity>(entity: E, field: string): E => ({
  ...entity,
  table: withEncrypted(entity.table, field),
})

const known = new WeakMap<Table, readonly number[]>()

/** Where the encrypted columns of a table stand. */
export function encryptedColumns(table: Table): readonly number[] {
  let found = known.get(table)
  if (!found) {
    found = table.columns.flatMap(({ encrypted }, index) => (encrypted ? [index] : []))
    known.set(table, found)
  }
  return found
}
