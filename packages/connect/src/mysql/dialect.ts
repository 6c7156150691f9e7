import type { Column, PageDialect, Table } from '@heddle/data'

/** A name in MySQL's SQL. */
export const quote = (name: string) => `\`${name.replaceAll('`', '``')}\``

/** The columns that every table has besides the entity's fields. */
export const tenantColumn = quote('_tenant')
export const versionColumn = quote('_version')

/** How many bytes a tenant, a key and a text in a unique index hold (limits `mysql.tenant`, `mysql.key`): InnoDB's indexes end at 3,072. */
const tenantBytes = 255
const keyBytes = 1024
const uniqueBytes = 700

/** The place of a value. As text or a double a big integer would lose digits. */
export const placeOf = ({ kind }: Pick<Column, 'kind'>) => (kind === 'bigint' ? 'CAST(? AS SIGNED)' : '?')

/** MySQL's and MariaDB's way to ask for pages. Both sort missing values first. */
export const mysqlDialect: PageDialect = {
  always: 'TRUE',
  never: 'FALSE',
  quote,
  parameter: (_number, column) => placeOf(column),
  elements: (place, { kind }) => {
    // What is in JSON is text; as bytes it compares with bytes.
    const value = kind === 'integer' ? 'item' : 'CAST(item AS BINARY)'
    const type = kind === 'integer' ? 'DOUBLE' : 'LONGTEXT CHARACTER SET utf8mb4'
    return `SELECT ${value} FROM JSON_TABLE(CONVERT(${place} USING utf8mb4), '$[*]' COLUMNS (item ${type} PATH '$')) AS list`
  },
  isSame: (left, right) => `${left} <=> ${right}`,
  ordered: ({ name }, _isKey, descending) => `${quote(name)}${descending ? ' DESC' : ''}`,
}

/** The type of a column. Text is bytes in UTF-8: equal only when it is the same, and in the order of code points. */
export function columnType({ key, indexes }: Table, { name, kind }: Column): string {
  if (kind === 'text') {
    if (name === key) return `VARBINARY(${keyBytes}) NOT NULL`
    const isUnique = indexes.some(({ unique, columns }) => unique && columns.includes(name))
    return isUnique ? `VARBINARY(${uniqueBytes})` : 'LONGBLOB'
  }
  const type = {
    integer: 'DOUBLE',
    real: 'DOUBLE',
    time: 'DOUBLE',
    boolean: 'TINYINT(1)',
    bigint: 'BIGINT',
    json: 'LONGBLOB',
  }
  return `${type[kind]}${name === key ? ' NOT NULL' : ''}`
}

/** The table with its key; its other indexes come after it. */
export function createTable(table: Table): string {
  const columns = table.columns.map((column) => `${quote(column.name)} ${columnType(table, column)}`)
  return `CREATE TABLE IF NOT EXISTS ${quote(table.name)} (
    ${tenantColumn} VARBINARY(${tenantBytes}) NOT NULL, ${versionColumn} BIGINT NOT NULL, ${columns.join(', ')},
    PRIMARY KEY (${tenantColumn}, ${quote(table.key)})
  ) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`
}

/** The indexes of a table by name; the place in the table's list is in it. */
export function createIndexes(table: Table): ReadonlyMap<string, string> {
  return new Map(
    table.indexes.map(({ columns, unique }, place) => {
      const name = indexName(unique, place, columns)
      const parts = columns.map((column) => {
        const type = columnType(
          table,
          table.columns.find((one) => one.name === column)!,
        )
        return type === 'LONGBLOB' ? `${quote(column)}(255)` : quote(column)
      })
      const kind = unique ? 'UNIQUE INDEX' : 'INDEX'
      return [name, `CREATE ${kind} ${quote(name)} ON ${quote(table.name)} (${[tenantColumn, ...parts].join(', ')})`]
    }),
  )
}

/** At most 64 characters, and another one when the columns are others. */
const indexName = (unique: boolean, place: number, columns: readonly string[]) =>
  `${unique ? 'unique' : 'index'}_${place}_${columns.join('_')}`.slice(0, 64)
