import { Defect, type Maybe, type Port, type PortScope } from '@heddle/core'
import type { OutputOf, Schema } from '@heddle/core'
import type { z } from 'zod'
import type { RawQuery, RawRow } from '../database/database.ts'
import type { Value } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import { fieldType } from '../entity/field-type.ts'
import { recordCodec } from '../entity/record-codec.ts'
import { chain } from '../unit/chain.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { BoundValue } from './bound-value.ts'

/** What may stand in raw SQL: an entity, which is the tenant's records of it, or a value, which is bound. */
export type SqlPart = AnyEntity | string | number | boolean | bigint | Date | null

/** A query in SQL, waiting for its text. */
export type SqlText<Row> = (texts: TemplateStringsArray, ...parts: readonly SqlPart[]) => Maybe<readonly Row[]>

/** Says of which type the rows are: an object type with a field per column of the answer. */
export type SqlService = <Row extends Schema>(row: Row) => SqlText<OutputOf<Row>>

/**
 * Questions in the database's own SQL, for what filters cannot say. They only read, see the call's tenant alone, and
 * run beside the calling thread. Columns are kept as follows: booleans as 0 and 1 on SQLite and as such on PostgreSQL,
 * dates as milliseconds, objects and lists as JSON; in the rows they are what the row's type says.
 *
 * @throws {Defect} PendingWrites when the call has written and not committed
 * @example
 * const sql = ctx.use(Sql)
 * const busy = await sql(z.object({ origin: z.string(), flights: z.int() }))`
 *   SELECT origin, count(*) AS flights FROM ${Flight} WHERE delay > ${15} GROUP BY origin ORDER BY flights DESC`
 */
export const Sql: Port<SqlService> = {
  kind: 'port',
  name: 'heddle.Sql',
  external: false,
  bind:
    (scope) =>
    (row) =>
    (texts, ...parts) =>
      ask(scope, row, texts, parts) as Maybe<readonly OutputOf<typeof row>[]>,
}

function ask(
  scope: PortScope,
  row: Schema,
  texts: readonly string[],
  values: readonly (SqlPart | BoundValue)[],
): Maybe<readonly unknown[]> {
  const unit = dataUnit(scope, Sql.name)
  if (unit.hasPending) throw new Defect('PendingWrites')
  const query = queryOf(texts, values)
  const read = rowReader(row)
  const rows = chain(unit.reader(), (reader) => reader.query(unit.tenant, query))
  return chain(rows, (found) => found.map(read))
}

function queryOf(texts: readonly string[], values: readonly (SqlPart | BoundValue)[]): RawQuery {
  const names: string[] = []
  const parts: RawQuery['parts'][number][] = [texts[0]!]
  for (const [index, value] of values.entries()) {
    if (isEntity(value)) {
      names.push(value.name.toLowerCase())
      parts.push({ table: value.table })
    } else if (value instanceof BoundValue) parts.push(value)
    else parts.push({ value: value instanceof Date ? value.getTime() : (value as Value) })
    parts.push(texts[index + 1]!)
  }
  // A table that is named by hand would hold the records of every tenant.
  const written = texts.join(' ').toLowerCase()
  const named = names.find((name) => written.includes(name))
  if (named !== undefined) throw invalid(`it names the table ${named}; put the entity there: \${…}`)
  return { parts }
}

const isEntity = (part: SqlPart | BoundValue): part is AnyEntity =>
  typeof part === 'object' && part !== null && 'table' in part

/** Turns what the database answers into what the row's type says. */
function rowReader(schema: Schema): (row: RawRow) => unknown {
  const type = schema as unknown as z.ZodType
  const { def } = (type as unknown as z.core.$ZodTypes)._zod
  if (def.type !== 'object') throw invalid('the type of its rows is no object type')
  const fields = Object.entries(def.shape).map(([name, field]) =>
    fieldType('the row', name, field as unknown as Schema),
  )
  const codec = recordCodec(fields)
  return (row) => {
    const values = fields.map(({ column: { name, kind } }): Value => {
      const value = (row[name] ?? null) as Value
      if (value === null) return null
      if (kind === 'boolean') return value === 1 || value === true
      return kind === 'bigint' ? BigInt(value as number) : value
    })
    const checked = type.safeParse(codec.decodeValues(values))
    if (checked.success) return checked.data
    const [issue] = checked.error.issues
    throw invalid(`a row does not fit its type: ${issue!.path.join('/')}: ${issue!.message}`)
  }
}

const invalid = (reason: string) => new Defect('InvalidDefinition', { name: 'a query in SQL', reason })
