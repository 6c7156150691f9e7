import type { PageQuery } from '../database/database.ts'
import type { Table, Value } from '../database/table.ts'
import type { Comparator, Condition } from '../filter/condition.ts'
import { quote } from './names.ts'

/** SQL and its parameters, in the order of their `?`. */
export interface SqlText {
  readonly sql: string
  readonly parameters: readonly Value[]
}

const operators: Record<Exclude<Comparator, 'prefix'>, string> = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' }

/** The SQL interpreter of conditions. */
export function conditionSql(table: Table, condition: Condition): SqlText {
  const parameters: Value[] = []
  const nullable = new Map(table.columns.map((column) => [column.name, column.nullable]))
  return { sql: visit(condition, true), parameters }

  /** At the top, unknown is as good as false. Below `or` and `not` it must be false, because `matches` knows two values. */
  function visit(part: Condition, top: boolean): string {
    switch (part.kind) {
      case 'and':
        return joined(part.conditions, ' AND ', '1', top)
      case 'or':
        return joined(part.conditions, ' OR ', '0', false)
      case 'not':
        return `NOT ${visit(part.condition, false)}`
      case 'missing':
        return `${quote(part.column)} IS NULL`
      case 'in':
        parameters.push(...part.values)
        return known(part.column, `${quote(part.column)} IN (${part.values.map(() => '?').join(', ')})`, top)
      case 'compare':
        return known(part.column, compare(part.column, part.by, part.value), top)
    }
  }

  function joined(parts: readonly Condition[], by: string, empty: string, top: boolean): string {
    if (parts.length === 0) return empty
    const sql = parts.map((part) => visit(part, top)).join(by)
    return top ? sql : `(${sql})`
  }

  function known(column: string, sql: string, top: boolean): string {
    if (top) return sql
    return nullable.get(column) ? `(${quote(column)} IS NOT NULL AND ${sql})` : `(${sql})`
  }

  function compare(column: string, by: Comparator, value: NonNullable<Value>): string {
    if (by !== 'prefix') {
      parameters.push(value)
      return `${quote(column)} ${operators[by]} ?`
    }
    parameters.push(value)
    const end = afterPrefix(String(value))
    if (end === undefined) return `${quote(column)} >= ?`
    parameters.push(end)
    return `(${quote(column)} >= ? AND ${quote(column)} < ?)`
  }
}

/** The least text, by code point, behind every text with this prefix; undefined when there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!)
  for (let index = points.length - 1; index >= 0; index--) {
    if (points[index] === 0x10ffff) continue
    // The code points of surrogates are no characters.
    const next = points[index] === 0xd7ff ? 0xe000 : points[index]! + 1
    return String.fromCodePoint(...points.slice(0, index), next)
  }
  return undefined
}

/** `WHERE …` behind the tenant, `ORDER BY …` and `LIMIT ?` of a page. */
export function pageSql(table: Table, { where, order, after, limit }: PageQuery): SqlText {
  const parameters: Value[] = []
  const parts: string[] = []
  for (const part of [where && conditionSql(table, where), after && afterSql(table, order, after)]) {
    if (!part) continue
    parts.push(part.sql)
    parameters.push(...part.parameters)
  }
  const filter = parts.map((sql) => ` AND ${sql}`).join('')
  const by = order.map(({ column, descending }) => `${quote(column)}${descending ? ' DESC' : ''}`).join(', ')
  return { sql: `${filter} ORDER BY ${by} LIMIT ?`, parameters: [...parameters, limit] }
}

/** What stands behind a position in the order; missing values are the least. */
function afterSql(table: Table, order: PageQuery['order'], after: readonly Value[]): SqlText {
  const nullable = new Set(table.columns.filter((column) => column.nullable).map(({ name }) => name))
  const sameDirection = order.every(({ descending }) => descending === order[0]!.descending)
  if (sameDirection && !order.some(({ column }) => nullable.has(column))) {
    // Compared as one row, which SQLite finds by an index.
    const columns = order.map(({ column }) => quote(column)).join(', ')
    const sql = `(${columns}) ${order[0]!.descending ? '<' : '>'} (${order.map(() => '?').join(', ')})`
    return { sql, parameters: after }
  }
  const parameters: Value[] = []
  const branches = order.map((last, index) => {
    const equal = order.slice(0, index).map(({ column }, position) => {
      parameters.push(after[position]!)
      return `${quote(column)} IS ?`
    })
    return [...equal, beyond(last.column, last.descending, after[index]!)].join(' AND ')
  })
  return { sql: `(${branches.map((branch) => `(${branch})`).join(' OR ')})`, parameters }

  function beyond(column: string, descending: boolean, value: Value): string {
    if (value === null) return descending ? '0' : `${quote(column)} IS NOT NULL`
    parameters.push(value)
    if (!descending) return `${quote(column)} > ?`
    return nullable.has(column) ? `(${quote(column)} < ? OR ${quote(column)} IS NULL)` : `${quote(column)} < ?`
  }
}
