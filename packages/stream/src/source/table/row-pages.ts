import type { Json } from '@heddle/core'
import { type AnyEntity, type Database, type Value } from '@heddle/data'
import type { SourceHost, UnreadRecord } from '../source.ts'

/** Rows that stand behind a place. */
export interface RowPage {
  readonly values: readonly unknown[]
  readonly unread?: readonly UnreadRecord[]
  /** The place of the last one; missing where there is none. */
  readonly last?: readonly Json[]
}

/** Asks for rows, a page at a time. */
export type ReadRows = (after: readonly Json[] | undefined, limit: number) => Promise<RowPage>

/** The records of an entity in the order of a column, and of the key where it is equal. */
export function entityRows(entity: AnyEntity, by: string, database: Database, tenant: string): ReadRows {
  const { table, codec } = entity
  const columns = by === table.key ? [by] : [by, table.key]
  const places = columns.map((name) => table.columns.findIndex((column) => column.name === name) + 1)
  return async (after, limit) => {
    const order = columns.map((column) => ({ column, descending: false }))
    const rows = await database.find(table, tenant, {
      where: undefined,
      order,
      after: after as Value[] | undefined,
      limit,
    })
    const last = rows.at(-1)
    return { values: rows.map((row) => codec.decode(row)), ...(last && { last: places.map((at) => last[at] as Json) }) }
  }
}

/** What a query gives, in the order of a column; each row is checked against the type of the records. */
export function queriedRows(
  ask: (after: Json | undefined, limit: number) => Promise<readonly Readonly<Record<string, unknown>>[]>,
  by: string,
  { schema, name }: SourceHost,
): ReadRows {
  return async (after, limit) => {
    const rows = await ask(after?.[0], limit)
    const last = rows.at(-1)
    const place = last && { last: [(last[by] ?? null) as Json] }
    if (!schema) return { values: rows, ...place }
    const values: unknown[] = []
    const unread: UnreadRecord[] = []
    for (const row of rows) {
      const checked = schema.safeParse(row)
      if (checked.success) values.push(checked.data)
      else {
        const errors = checked.error.issues.map(({ code, message, path }) => ({
          code,
          message,
          path: path as string[],
        }))
        unread.push({ index: values.length, origin: `${name}@${String(row[by])}`, input: row, errors })
      }
    }
    return { values, ...(unread.length > 0 && { unread }), ...place }
  }
}
