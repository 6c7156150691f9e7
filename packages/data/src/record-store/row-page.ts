import type { PageQuery } from '../database/database.ts'
import type { Row, Table, Value } from '../database/table.ts'
import { compareValues } from '../filter/compare-values.ts'
import { matches } from '../filter/matches.ts'

/** Whether rows of a table pass the filter of a query and come after its cursor; and how they are ordered. */
export interface RowPage {
  takes(row: Row): boolean
  compare(left: Row, right: Row): number
}

/** A query on rows in memory, for stores whose engine has no filters of its own. */
export function rowPage(table: Table, { where, order, after }: PageQuery): RowPage {
  const places = new Map(table.columns.map(({ name }, index) => [name, index + 1]))
  const valueIn = (row: Row, column: string) => row[places.get(column)!] as Value
  const columns = order.map(({ column, descending }) => ({ place: places.get(column)!, sign: descending ? -1 : 1 }))
  const isAfter = (row: Row, cursor: readonly Value[]) => {
    for (const [index, { place, sign }] of columns.entries()) {
      const compared = compareValues(row[place] as Value, cursor[index]!) * sign
      if (compared !== 0) return compared > 0
    }
    return false
  }
  return {
    takes: (row) =>
      (after === undefined || isAfter(row, after)) &&
      (where === undefined || matches(where, (column) => valueIn(row, column))),
    compare(left, right) {
      for (const { place, sign } of columns) {
        const compared = compareValues(left[place] as Value, right[place] as Value)
        if (compared !== 0) return compared * sign
      }
      return 0
    },
  }
}

/** A page of rows that are all in memory. */
export function pageOf(table: Table, rows: Iterable<Row>, query: PageQuery): Row[] {
  const { takes, compare } = rowPage(table, query)
  const taken: Row[] = []
  for (const row of rows) if (takes(row)) taken.push(row)
  return taken.sort(compare).slice(0, query.limit)
}
