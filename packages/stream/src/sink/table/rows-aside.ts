import type { AnyEntity, Database, Row, Value, Write } from '@heddle/data'
import type { Key } from '../../record/record.ts'
import type { AsideRows, AsideSink } from '../aside.ts'
import { rowChecker, rowOf } from './row-entity.ts'
import type { RowRecord } from './row-change.ts'
import { type RowKey, rowKeyOf } from './row-key.ts'
import { isSameStored, valuesOf } from './same-row.ts'
import { isOfNewest, isOutdated } from './window-order.ts'

/** So many rows of the table are read at a time. */
const pageSize = 1000

/**
 * The rows of a table whose plan is built anew: they are put aside, and become the table when the plan takes over.
 *
 * @param databaseHere is asked for when it takes over, which is in the app
 */
export function rowsAside(
  entity: AnyEntity,
  key: RowKey,
  databaseHere: () => Database,
  tenant: string,
  rows: AsideRows,
): AsideSink {
  const { table, codec } = entity
  const fault = rowChecker(entity)
  const keyAt = table.columns.findIndex(({ name }) => name === table.key) + 1
  /** A row as it is stored, by its columns. */
  const textOf = (values: readonly Value[]) => {
    const parts: Record<string, Value> = {}
    for (const [at, { name }] of table.columns.entries()) {
      const part = values[at]!
      parts[name] = typeof part === 'bigint' ? String(part) : part
    }
    return JSON.stringify([parts])
  }

  /** What is to be stored of a row that was put aside. */
  const heldValues = (text: string, rowKey: Key): Value[] => {
    const held = JSON.parse(text) as RowRecord | readonly [RowRecord]
    // A checkpoint of before has the row itself.
    if (!isList(held)) return codec.encode(rowOf(entity, held, rowKey as string | number))
    const [parts] = held
    return table.columns.map(({ name, kind }) => {
      const part = (parts[name] ?? null) as Value
      return kind === 'bigint' && part !== null ? BigInt(part) : part
    })
  }

  const rowBefore = (rowKey: string | number) => {
    const text = isOfNewest(key) ? rows.get(rowKey) : undefined
    return text === undefined ? undefined : codec.decodeValues(heldValues(text, rowKey))
  }

  const isHeld = (row: RowRecord, rowKey: string | number) => {
    const text = rows.get(rowKey)
    if (text === undefined) return false
    const values = valuesOf(entity, row)
    if (values === undefined) return false
    return text === textOf(values) || isSameStored(entity, heldValues(text, rowKey), values)
  }

  async function* present(): AsyncGenerator<Row> {
    const database = databaseHere()
    const order = [{ column: table.key, descending: false }]
    for (let after: readonly Value[] | undefined; ;) {
      const page = await database.find(table, tenant, { where: undefined, order, after, limit: pageSize })
      yield* page
      if (page.length < pageSize) return
      after = [page.at(-1)![keyAt] as Value]
    }
  }

  return {
    write(records) {
      for (const record of records) {
        const rowKey = rowKeyOf(key, record)
        const row = rowOf(entity, record.value, rowKey)
        // What the table cannot take became a dead letter of the plan that runs.
        if (fault(row) !== undefined) continue
        if (record.weight === 1) {
          if (!isOutdated(key, row, rowBefore(rowKey))) rows.set(rowKey, textOf(codec.encode(row)))
          // Another one may be held: a newer one that came first, or one of another key.
        } else if (isHeld(row, rowKey)) rows.delete(rowKey)
      }
    },
    async writes(held) {
      const writes: Write[] = []
      const same = new Set<Key>()
      for await (const row of present()) {
        const rowKey = row[keyAt] as string | number
        const text = held.get(rowKey)
        if (text === undefined) writes.push({ kind: 'delete', table, key: rowKey, version: row[0] })
        else if (isSameStored(entity, heldValues(text, rowKey), row.slice(1) as Value[])) same.add(rowKey)
      }
      for (const [rowKey, text] of held) {
        if (same.has(rowKey)) continue
        writes.push({ kind: 'put', table, values: heldValues(text, rowKey) })
      }
      return writes
    },
  }
}

const isList = (held: RowRecord | readonly [RowRecord]): held is readonly [RowRecord] => Array.isArray(held)
