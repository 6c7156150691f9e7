import type { OrderColumn, PageQuery } from '../database/database.ts'
import type { Column, Table, Value } from '../database/table.ts'
import type { Comparator, Condition } from '../filter/condition.ts'
import type { PageDialect, SqlText } from './dialect.ts'

const operators: Record<Exclude<Comparator, 'prefix'>, string> = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' }

/** Collects the parameters of one statement. */
interface Binding {
  readonly dialect: PageDialect
  readonly columns: ReadonlyMap<string, Column>
  readonly parameters: Value[]
  /** The place of one more parameter, which is compared with a column. */
  bind(column: Column, value: Value): string
}

/** @param bound how many parameters stand before */
function bindingOf(dialect: PageDialect, table: Table, bound: number): Binding {
  const parameters: Value[] = []
  return {
    dialect,
    columns: new Map(table.columns.map((column) => [column.name, column])),
    parameters,
    bind: (column, value) => dialect.parameter(bound + parameters.push(value), column, value),
  }
}

/**
 * `AND …` behind the tenant, for what is counted.
 *
 * @param bound how many parameters stand before
 */
export function filterSql(dialect: PageDialect, table: Table, where: Condition | undefined, bound: number): SqlText {
  const binding = bindingOf(dialect, table, bound)
  return { sql: where ? ` AND ${conditionSql(binding, where)}` : '', parameters: binding.parameters }
}

/**
 * `WHERE …` behind the tenant, `ORDER BY …` and `LIMIT …` of a page.
 *
 * @param bound how many parameters stand before those of the page
 */
export function pageSql(dialect: PageDialect, table: Table, query: PageQuery, bound: number): SqlText {
  const { where, order, after, limit } = query
  const binding = bindingOf(dialect, table, bound)
  const { parameters } = binding
  const parts = [where && conditionSql(binding, where), after && afterSql(binding, order, after)]
  const filter = parts.map((sql) => (sql === undefined ? '' : ` AND ${sql}`)).join('')
  const by = order.map(({ column, descending }) =>
    dialect.ordered(binding.columns.get(column)!, column === table.key, descending),
  )
  return { sql: `${filter} ORDER BY ${by.join(', ')} LIMIT ${binding.bind(limitColumn, limit)}`, parameters }
}

/** From how many values on a list is one parameter: engines limit how many there are, and short lists are planned better. */
const longList = 50
const listColumn: Column = { name: 'list', kind: 'text', nullable: false }

/** Keys travel as JSON; texts with characters that an engine keeps in another way do not. */
const isLongList = ({ kind }: Column, values: readonly Value[]) =>
  values.length >= longList &&
  (kind === 'integer' || kind === 'text') &&
  // oxlint-disable-next-line no-control-regex -- these are the ones
  values.every((value) => (typeof value === 'string' ? !/[\0\u0001]/.test(value) : Number.isSafeInteger(value)))

const limitColumn: Column = { name: 'limit', kind: 'integer', nullable: false }

/** The SQL interpreter of conditions. */
function conditionSql({ dialect, columns, bind }: Binding, condition: Condition): string {
  return visit(condition, true)

  /** At the top, unknown is as good as false. Below `or` and `not` it must be false, because `matches` knows two values. */
  function visit(part: Condition, top: boolean): string {
    switch (part.kind) {
      case 'and':
        return joined(part.conditions, ' AND ', dialect.always, top)
      case 'or':
        return joined(part.conditions, ' OR ', dialect.never, false)
      case 'not':
        return `NOT ${visit(part.condition, false)}`
      case 'missing':
        return `${dialect.quote(part.column)} IS NULL`
      case 'in': {
        const column = columns.get(part.column)!
        if (part.values.length === 0) return dialect.never
        if (isLongList(column, part.values)) {
          const place = bind(listColumn, JSON.stringify(part.values))
          return known(column, `${dialect.quote(part.column)} IN (${dialect.elements(place, column)})`, top)
        }
        const values = part.values.map((value) => bind(column, value))
        return known(column, `${dialect.quote(part.column)} IN (${values.join(', ')})`, top)
      }
      case 'compare': {
        const column = columns.get(part.column)!
        return known(column, compare(column, part.by, part.value), top)
      }
    }
  }

  function joined(parts: readonly Condition[], by: string, empty: string, top: boolean): string {
    if (parts.length === 0) return empty
    const sql = parts.map((part) => visit(part, top)).join(by)
    return top ? sql : `(${sql})`
  }

  function known({ name, nullable }: Column, sql: string, top: boolean): string {
    if (top) return sql
    return nullable ? `(${dialect.quote(name)} IS NOT NULL AND ${sql})` : `(${sql})`
  }

  function compare(column: Column, by: Comparator, value: NonNullable<Value>): string {
    const name = dialect.quote(column.name)
    if (by !== 'prefix') return `${name} ${operators[by]} ${bind(column, value)}`
    const begins = `${name} >= ${bind(column, value)}`
    const end = afterPrefix(String(value))
    return end === undefined ? begins : `(${begins} AND ${name} < ${bind(column, end)})`
  }
}

/** The least text, by code point, behind every text with this prefix; undefined when there is none. */
function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!)
  for (let index = points.length - 1; index >= 0; index--) {
    if (points[index] === 0x10ffff) continue
    // The code points of surrogates are no characters.
    const next = points[index] === 0xd7ff ? 0xe000 : points[index]! + 1
    return String.fromCodePoint(...points.slice(0, index), next)
  }
  return undefined
}

/** What stands behind a position in the order; missing values are the least. */
function afterSql({ dialect, columns, bind }: Binding, order: readonly OrderColumn[], after: readonly Value[]): string {
  const quote = (name: string) => dialect.quote(name)
  const columnOf = ({ column }: OrderColumn) => columns.get(column)!
  const sameDirection = order.every(({ descending }) => descending === order[0]!.descending)
  if (sameDirection && !order.some((part) => columnOf(part).nullable)) {
    // Compared as one row, which engines find by an index.
    const names = order.map(({ column }) => quote(column)).join(', ')
    const values = order.map((part, index) => bind(columnOf(part), after[index]!)).join(', ')
    return `(${names}) ${order[0]!.descending ? '<' : '>'} (${values})`
  }
  const branches = order.map((last, index) => {
    const equal = order
      .slice(0, index)
      .map((part, position) => dialect.isSame(quote(part.column), bind(columnOf(part), after[position]!)))
    return [...equal, beyond(columnOf(last), last.descending, after[index]!)].join(' AND ')
  })
  return `(${branches.map((branch) => `(${branch})`).join(' OR ')})`

  function beyond(column: Column, descending: boolean, value: Value): string {
    const name = quote(column.name)
    if (value === null) return descending ? dialect.never : `${name} IS NOT NULL`
    const place = bind(column, value)
    if (!descending) return `${name} > ${place}`
    return column.nullable ? `(${name} < ${place} OR ${name} IS NULL)` : `${name} < ${place}`
  }
}
