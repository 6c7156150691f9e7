import type { PageQuery } from '../database/database.ts'
import type { Key, Row, Value } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { compareValues } from '../filter/compare-values.ts'
import { matches } from '../filter/matches.ts'
import type { RecordState } from './record-state.ts'

/** A record on a page, and its stored values for the order. */
export interface Found {
  readonly record: AnyRecord
  readonly values: readonly Value[]
}

/** A bounded page, and whether there is more behind it. */
export interface Page {
  readonly records: readonly AnyRecord[]
  readonly more: boolean
  /** The stored values of the last record. */
  readonly last: readonly Value[] | undefined
}

/** Merges what a unit of work wrote into a page of committed records, by the same filter and order. */
export function mergePage(
  entity: AnyEntity,
  { where, order, after, limit }: PageQuery,
  committed: readonly Found[],
  pending: ReadonlyMap<Key, RecordState>,
): Page {
  if (pending.size === 0) return pageOf(committed, limit)
  const columnIndex = new Map(entity.table.columns.map(({ name }, index) => [name, index]))
  const key = columnIndex.get(entity.table.key)!
  const orderIndexes = order.map(({ column }) => columnIndex.get(column)!)

  const compare = (left: readonly Value[], right: readonly Value[]) => {
    for (const [index, { descending }] of order.entries()) {
      const difference = compareValues(left[index]!, right[index]!)
      if (difference !== 0) return descending ? -difference : difference
    }
    return 0
  }
  const orderValues = (values: readonly Value[]) => orderIndexes.map((index) => values[index]!)

  const items = committed.filter(({ values }) => !pending.has(values[key] as Key))
  for (const { record, values } of pending.values()) {
    if (!record || !values) continue
    if (where && !matches(where, (column) => values[columnIndex.get(column)!]!)) continue
    if (after && compare(orderValues(values), after) <= 0) continue
    items.push({ record, values })
  }
  items.sort((left, right) => compare(orderValues(left.values), orderValues(right.values)))
  return pageOf(items, limit)
}

function pageOf(items: readonly Found[], limit: number): Page {
  const count = Math.min(items.length, limit)
  const records: AnyRecord[] = []
  for (let index = 0; index < count; index++) records.push(items[index]!.record)
  return { records, more: items.length > limit, last: items[count - 1]?.values }
}

/** A page of what nobody can change: what a query reads. */
export function committedPage(entity: AnyEntity, rows: readonly Row[], limit: number): Page {
  const count = Math.min(rows.length, limit)
  const records: AnyRecord[] = []
  for (let index = 0; index < count; index++) records.push(entity.codec.decode(rows[index]!))
  return { records, more: rows.length > limit, last: rows[count - 1]?.slice(1) as Value[] | undefined }
}
