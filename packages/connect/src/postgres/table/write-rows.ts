import { systemFailure } from '@heddle/core'
import type { SinkRecord } from '@heddle/stream'
import type { Client } from 'pg'
import { quoteName } from '../quote.ts'
import { type ColumnForm, columnText } from './column-text.ts'
import { fold } from './fold.ts'
import { foldNewest } from './fold-newest.ts'

/** The table that records are written to. */
export interface TargetTable {
  /** As SQL names it. */
  readonly sql: string
  readonly where: string
  readonly columns: ReadonlyMap<string, ColumnForm>
  readonly key: readonly string[]
  /** Whether a row shows the newest of many windows. */
  readonly isOfNewest: boolean
  /** Rows that are written with one statement, at most. */
  readonly rows: number
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Writes records: each as another row, or by their key.
 *
 * @throws {Failure} TableRefused
 */
export async function writeRows(client: Client, table: TargetTable, records: readonly SinkRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += table.rows) {
    const some = records.slice(from, from + table.rows)
    if (table.key.length === 0) {
      if (some.some(({ weight }) => weight === -1)) {
        throw refused(table, 'a record was withdrawn, and the rows have no key', 'Name the fields of the "key".')
      }
      await insert(client, table, some)
      continue
    }
    const keyOf = ({ value }: SinkRecord) => keyText(table, fieldsOf(table, value))
    if (showsStart(table)) {
      const { upserts, deletes } = foldNewest(some, keyOf)
      if (deletes.length > 0) await remove(client, table, deletes, [...table.key, 'start'])
      if (upserts.length > 0) await insert(client, table, upserts)
      continue
    }
    const { upserts, deletes } = fold(some, keyOf)
    if (deletes.size > 0) await remove(client, table, [...deletes.values()], table.key)
    if (upserts.size > 0) await insert(client, table, [...upserts.values()])
  }
}

async function insert(client: Client, table: TargetTable, records: readonly SinkRecord[]): Promise<void> {
  const rows = records.map(({ value }) => fieldsOf(table, value))
  // What a record does not have keeps its default, so that rows with other fields are other statements.
  const groups = new Map<string, Fields[]>()
  for (const row of rows) {
    const names = Object.keys(row).filter((name) => row[name] !== undefined)
    const shape = JSON.stringify(names.toSorted())
    const group = groups.get(shape)
    if (group) group.push(row)
    else groups.set(shape, [row])
  }
  for (const [shape, group] of groups) {
    const names = JSON.parse(shape) as string[]
    const { list, places, values } = bind(table, names, group)
    await client.query(`INSERT INTO ${table.sql} AS stored (${list}) SELECT ${places}${conflict(table, names)}`, values)
  }
}

/** Without the start of its window a row cannot be told from a newer one. */
const showsStart = ({ isOfNewest, columns }: TargetTable): boolean => isOfNewest && columns.has('start')

function conflict(table: TargetTable, names: readonly string[]): string {
  const { key } = table
  if (key.length === 0) return ''
  const others = names.filter((name) => !key.includes(name)).map(quoteName)
  const action =
    others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map((one) => `${one} = EXCLUDED.${one}`).join(', ')}`
  const isGuarded = showsStart(table) && names.includes('start')
  const guard = isGuarded ? ' WHERE stored.start IS NULL OR stored.start <= EXCLUDED.start' : ''
  return ` ON CONFLICT (${key.map(quoteName).join(', ')}) DO ${action}${guard}`
}

/** @param by the columns that name what goes */
async function remove(
  client: Client,
  table: TargetTable,
  records: readonly SinkRecord[],
  by: readonly string[],
): Promise<void> {
  const rows = records.map(({ value }) => fieldsOf(table, value))
  const { list, places, values } = bind(table, by, rows)
  await client.query(`DELETE FROM ${table.sql} WHERE (${list}) IN (SELECT ${places})`, values)
}

/** A list of texts for each column, cast to its type: arrays of arrays and JSON go through as anything else. */
function bind({ columns }: TargetTable, names: readonly string[], rows: readonly Fields[]) {
  const lists = names.map((_, at) => `$${at + 1}::text[]`).join(', ')
  const casts = names.map((name, at) => `v${at}::${columns.get(name)!.type}`).join(', ')
  const aliases = names.map((_, at) => `v${at}`).join(', ')
  return {
    list: names.map(quoteName).join(', '),
    places: `${casts} FROM unnest(${lists}) AS given(${aliases})`,
    values: names.map((name) => rows.map((row) => columnText(columns.get(name)!, row[name]))),
  }
}

function keyText(table: TargetTable, row: Fields): string {
  return JSON.stringify(
    table.key.map((name) => {
      const text = columnText(table.columns.get(name)!, row[name])
      if (text === null) throw refused(table, `a record has no ${name}, which is part of its key`, 'Correct the key.')
      return text
    }),
  )
}

function fieldsOf(table: TargetTable, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused(table, 'a record has no fields', 'Give objects, e.g. by a step `map`.')
  }
  for (const name in value) {
    if (!table.columns.has(name)) {
      throw refused(table, `it has no column "${name}"`, 'Add the column, or leave the field out by a step `map`.')
    }
  }
  return value as Fields
}

export const refused = (
  { sql, where }: { sql: string; where: string },
  reason: string,
  advice: string,
  cause?: unknown,
) => systemFailure('TableRefused', { table: sql, where, reason, advice }, { cause })
