import type { RawQuery } from '../database/database.ts'
import type { ColumnKind, Value } from '../database/table.ts'
import { tenantColumn } from '../sql/names.ts'
import { quote, shortName } from './names.ts'
import type { Statement } from './statement.ts'
import { type Parameter, toParameter } from './values.ts'

/** A query in the user's own SQL, and the tables that it may read. */
export interface RawStatement extends Statement {
  readonly tables: ReadonlySet<string>
}

/** Puts raw SQL together: each table becomes the tenant's rows of it, each value a parameter. */
export function rawSql(tenant: string, { parts }: RawQuery): RawStatement {
  const values: Parameter[] = []
  const tables = new Set<string>()
  const bind = (value: Parameter, type: string) => `$${values.push(value)}${type}`
  const texts = parts.map((part) => {
    if (typeof part === 'string') return part
    if (!('table' in part)) return bind(toParameter(part.value), castOf(part.value, part.kind))
    tables.add(shortName(part.table.name))
    const columns = part.table.columns.map(({ name }) => quote(name)).join(', ')
    const own = `${tenantColumn} = ${bind(tenant, '::text')}`
    return `(SELECT ${columns} FROM ${quote(part.table.name)} WHERE ${own})`
  })
  return { sql: texts.join(''), values, tables, isKept: false }
}

/** Numbers are of the narrowest type, because PostgreSQL widens by itself and does not narrow. Text fits what it stands beside. */
function castOf(value: Value, kind?: ColumnKind): string {
  if (kind !== undefined && (value === null || typeof value === 'string')) return castOfKind[kind]
  if (typeof value === 'bigint') return '::bigint'
  if (typeof value === 'boolean') return '::boolean'
  if (typeof value !== 'number') return ''
  if (!Number.isSafeInteger(value)) return '::double precision'
  return value === Math.trunc(value) && Math.abs(value) < 2 ** 31 ? '::integer' : '::bigint'
}

/** Of a value that does not tell its type itself. */
const castOfKind: Readonly<Record<ColumnKind, string>> = {
  text: '::text',
  json: '::text',
  integer: '::integer',
  time: '::bigint',
  bigint: '::bigint',
  real: '::double precision',
  boolean: '::boolean',
}

/** A node of PostgreSQL's plan, as EXPLAIN tells it. */
interface PlanNode {
  readonly 'Relation Name'?: string
  readonly Schema?: string
  readonly Plans?: readonly PlanNode[]
}

/** The statement that asks what a query would read, whatever its parameters. */
export const explainSql = (sql: string) => `EXPLAIN (GENERIC_PLAN, VERBOSE, FORMAT JSON) ${sql}`

/** Every relation that a plan reads. */
export function relationsOf(explained: string): string[] {
  const found: string[] = []
  const visit = (node: PlanNode) => {
    const name = node['Relation Name']
    if (name !== undefined) found.push(name)
    for (const child of node.Plans ?? []) visit(child)
  }
  for (const { Plan } of JSON.parse(explained) as { Plan: PlanNode }[]) visit(Plan)
  return found
}
