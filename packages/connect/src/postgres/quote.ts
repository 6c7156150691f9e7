/** A name as SQL takes it, whatever stands in it. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A text as SQL takes it, for the commands that bind no values. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A table, with its schema. */
export interface TableName {
  readonly schema: string
  readonly name: string
}

/** Reads `orders` or `sales.orders`; a name without a schema is one of `public`. */
export function parseTableName(text: string): TableName {
  const dot = text.indexOf('.')
  return dot === -1 ? { schema: 'public', name: text } : { schema: text.slice(0, dot), name: text.slice(dot + 1) }
}

export const formatTableName = ({ schema, name }: TableName): string => `${schema}.${name}`

export const quoteTable = ({ schema, name }: TableName): string => `${quoteName(schema)}.${quoteName(name)}`
