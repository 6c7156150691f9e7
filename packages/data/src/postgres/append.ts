import type { Append } from '../database/event-feed.ts'
import type { Table } from '../database/table.ts'
import { eventName } from '../events/watchers.ts'
import { literal, tenantColumn, versionColumn } from '../sql/names.ts'
import { systemTenant } from '../system/entities.ts'
import { channelOf } from './channel.ts'
import { columnTypes, offsetsName, quote, versionsName } from './names.ts'
import type { Statement } from './statement.ts'
import { toParameter } from './values.ts'

/** What readers of events in every process listen to. A notice tells the names of the new ones, or nothing when they are many. */
export const eventsTopic = 'heddle.events'
const longestNames = 7000

/**
 * The statements that number events and write them. One row holds the newest offset: whoever changes it is alone with it
 * until its commit is over, so offsets have no gaps, and who sees one sees all before it.
 */
export function appendStatements(events: readonly Append[]): Statement[] {
  if (events.length === 0) return []
  const tables = Map.groupBy([...events.entries()], ([, { table }]) => table)
  const names = [...new Set(events.map(eventName))].join(',')
  return [
    { sql: numberSql, values: [events.length] },
    ...[...tables].map(([table, group]) => ({
      sql: appendSql(table),
      values: [
        events.length,
        group.map(([index]) => index + 1),
        ...table.columns.slice(1).map((_column, index) => group.map(([, { values }]) => toParameter(values[index]!))),
      ],
    })),
    { sql: notifySql, values: [Buffer.byteLength(names) > longestNames ? '' : names] },
  ]
}

const numberSql = `UPDATE ${quote(offsetsName)} SET last = last + $1::bigint`
const notifySql = `SELECT pg_notify('${channelOf(eventsTopic)}', $1)`

const known = new WeakMap<Table, string>()

function appendSql(table: Table): string {
  let sql = known.get(table)
  if (sql === undefined) known.set(table, (sql = makeAppendSql(table)))
  return sql
}

function makeAppendSql({ name, key, columns }: Table): string {
  const others = columns.slice(1)
  const types = others.map(({ kind }, index) => `$${index + 3}::${columnTypes[kind]}[]`)
  const names = others.map((column) => quote(column.name)).join(', ')
  return `
    INSERT INTO ${quote(name)} (${versionColumn}, ${tenantColumn}, ${quote(key)}, ${names})
    SELECT (SELECT nextval('${quote(versionsName)}')), ${literal(systemTenant)},
      (SELECT last FROM ${quote(offsetsName)}) - $1::bigint + x.o, ${others.map((_column, index) => `x.c${index}`).join(', ')}
    FROM unnest(${['$2::bigint[]', ...types].join(', ')}) AS x(${['o', ...others.map((_column, index) => `c${index}`)].join(', ')})
    ORDER BY x.o`
}
