import type { AnyEntity, Database, Row, Value, Write } from '@heddle/data'
import type { Key } from '../../record/record.ts'
import type { AsideRows, AsideSink } from '../aside.ts'
import { rowChecker, rowOf } from './row-entity.ts'
import { type RowKey, rowKeyOf } from './row-key.ts'
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
  const textOf = (value: unknown, rowKey: string | number) => JSON.stringify(rowOf(entity, value, rowKey))

  const rowBefore = (rowKey: string | number) => {
    const text = isOfNewest(key) ? rows.get(rowKey) : undefined
    return text === undefined ? undefined : rowOf(entity, JSON.parse(text), rowKey)
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
        const text = JSON.stringify(row)
        // What is withdrawn is the older one, where a newer one came first.
        if (record.weight === -1) {
          if (rows.get(rowKey) === text) rows.delete(rowKey)
          // What the table cannot take became a dead letter of the plan that runs.
        } else if (fault(row) === undefined && !isOutdated(key, row, rowBefore(rowKey))) rows.set(rowKey, text)
      }
    },
    async writes(held) {
      const writes: Write[] = []
      const same = new Set<Key>()
      for await (const row of present()) {
        const rowKey = row[keyAt] as string | number
        const text = held.get(rowKey)
        if (text === undefined) writes.push({ kind: 'delete', table, key: rowKey, version: row[0] })
        else if (textOf(codec.decode(row), rowKey) === text) same.add(rowKey)
      }
      for (const [rowKey, text] of held) {
        if (same.has(rowKey)) continue
        const row = rowOf(entity, JSON.parse(text), rowKey as string | number)
        writes.push({ kind: 'put', table, values: codec.encode(row) })
      }
      return writes
    },
  }
}
