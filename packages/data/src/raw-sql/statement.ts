import { Defect } from '@heddle/core'

/** A statement in SQL with its placeholders taken out: a text more than there are placeholders. */
export interface Statement {
  readonly texts: readonly string[]
  readonly placeholders: readonly Placeholder[]
}

/** `:name` stands for a value, `{name}` for the tenant's records of an entity. */
export interface Placeholder {
  readonly kind: 'value' | 'entity'
  readonly name: string
  /** Line and column, counted from one. */
  readonly at: string
}

/**
 * What is no placeholder, though it looks like one, comes first: texts, quoted names, comments, PostgreSQL's texts between
 * dollars and its casts.
 */
const tokens =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\/|(\$\w*\$)[^]*?\1|::|:(?<value>[a-z_]\w*)|\{(?<entity>[^{}]*)\}/gi

/**
 * Takes the placeholders out of a statement. Nothing is ever put in their places: values are bound by the database.
 *
 * @throws {Defect} InvalidDefinition, for a statement that does not read
 */
export function parseStatement(sql: string): Statement {
  // Only for an early word: the databases themselves refuse whatever writes.
  if (!/^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*(?:select|with|values)\b/i.test(sql)) {
    throw new Defect('InvalidDefinition', { name: 'sql.Query', reason: 'its statement begins with no SELECT or WITH' })
  }
  const texts: string[] = []
  const placeholders: Placeholder[] = []
  let from = 0
  for (const match of sql.matchAll(tokens)) {
    const { value, entity } = match.groups!
    const name = value ?? entity?.trim()
    if (name === undefined) continue
    texts.push(sql.slice(from, match.index))
    placeholders.push({ kind: value === undefined ? 'entity' : 'value', name, at: placeOf(sql, match.index) })
    from = match.index + match[0].length
  }
  return { texts: [...texts, sql.slice(from)], placeholders }
}

function placeOf(text: string, index: number): string {
  const lines = text.slice(0, index).split('\n')
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`
}
