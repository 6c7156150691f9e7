/** The columns that every table has besides the entity's fields. */
export const tenantColumn = '_tenant'
export const versionColumn = '_version'

/** A name in SQL. */
export const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

/** A text in SQL, for statements that take no parameters. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
