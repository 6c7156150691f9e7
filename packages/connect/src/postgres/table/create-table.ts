import type { ValueType } from '@heddle/pipeline'
import { quoteName } from '../quote.ts'

/** The type of a column that keeps values of a type. What has parts is kept as JSON. */
function columnType({ kind }: ValueType): string {
  switch (kind) {
    case 'string':
      return 'text'
    case 'boolean':
      return 'boolean'
    case 'int':
    case 'int64':
      return 'bigint'
    case 'number':
    case 'duration':
      return 'double precision'
    case 'decimal':
      return 'numeric'
    case 'time':
      return 'timestamptz'
    default:
      return 'jsonb'
  }
}

/** The statement that makes a table for records of a type; undefined where their fields are not known. */
export function createTableSql(table: string, type: ValueType, key: readonly string[]): string | undefined {
  if (type.kind !== 'record') return undefined
  const fields = Object.entries(type.fields)
  if (fields.length === 0 || key.some((name) => !type.fields[name])) return undefined
  const columns = fields.map(([name, field]) => `${quoteName(name)} ${columnType(field.type)}`)
  const primary = key.length === 0 ? [] : [`PRIMARY KEY (${key.map(quoteName).join(', ')})`]
  return `CREATE TABLE IF NOT EXISTS ${table} (${[...columns, ...primary].join(', ')})`
}
