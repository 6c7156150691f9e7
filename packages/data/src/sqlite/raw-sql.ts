import type { RawQuery } from '../database/database.ts'
import { quote, tenantColumn } from '../sql/names.ts'
import { toCell } from './table-sql.ts'
import type { Scan } from './thread-reader.ts'

/** Puts raw SQL together: each table becomes the tenant's rows of it, each value a parameter. */
export function rawSql(tenant: string, { parts }: RawQuery): Scan {
  const parameters: Scan['parameters'][number][] = []
  const tables: string[] = []
  const texts = parts.map((part) => {
    if (typeof part === 'string') return part
    if ('table' in part) {
      tables.push(part.table.name)
      parameters.push(tenant)
      const columns = part.table.columns.map(({ name }) => quote(name)).join(', ')
      return `(SELECT ${columns} FROM ${quote(part.table.name)} WHERE ${tenantColumn} = ?)`
    }
    parameters.push(toCell(part.value))
    return '?'
  })
  return { sql: texts.join(''), parameters, tables }
}
