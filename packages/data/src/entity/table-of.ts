import { Defect } from '@heddle/core'
import type { Index, Table } from '../database/table.ts'
import type { IndexDefinition } from './definition.ts'
import type { FieldType } from './field-type.ts'

const keyKinds = new Set(['text', 'integer'])
const reserved = new Set(['and', 'or', 'not'])

/**
 * The table behind an entity. Each reference gets an index unless one begins with it: what refers to a record is looked
 * up whenever one is removed.
 *
 * @throws {Defect} InvalidDefinition
 */
export function tableOf(
  name: string,
  key: string,
  fieldTypes: readonly FieldType[],
  indexes: readonly IndexDefinition<string>[],
  references: readonly string[],
): Table {
  const refuse = (reason: string) => new Defect('InvalidDefinition', { name: `entity ${name}`, reason })
  const columns = fieldTypes.map(({ column }) => column)
  const byName = new Map(columns.map((column) => [column.name, column]))
  const seen = new Set<string>()
  for (const { name: field } of columns) {
    if (!/^[A-Za-z]\w*$/.test(field))
      throw refuse(`the field name "${field}" must be a letter, then letters, digits or _`)
    if (reserved.has(field)) throw refuse(`the field name "${field}" means something in filters`)
    // Databases ignore case in names of columns.
    if (seen.has(field.toLowerCase())) throw refuse(`two field names differ from "${field}" only in case`)
    seen.add(field.toLowerCase())
  }
  const keyColumn = byName.get(key)
  if (!keyColumn) throw refuse(`there is no field "${key}" for the key`)
  if (keyColumn.nullable || !keyKinds.has(keyColumn.kind))
    throw refuse(`the key "${key}" must be text or a whole number`)
  const declared = indexes.map(indexOf)
  const found = (field: string) =>
    field === key ||
    declared.some(({ columns: [first], acrossTenants, sparse }) => first === field && !acrossTenants && !sparse)
  const added = references.filter((field) => !found(field)).map((field) => ({ columns: [field], unique: false }))
  return { name, key, columns, indexes: [...declared, ...added] }

  function indexOf({ fields, unique = false, acrossTenants = false, sparse = false }: IndexDefinition<string>): Index {
    for (const field of fields) {
      const column = byName.get(field)
      if (!column) throw refuse(`an index names the unknown field "${field}"`)
      if (column.kind === 'json') throw refuse(`the field "${field}" is kept as JSON and cannot be indexed`)
    }
    if (fields.length === 0 || new Set(fields).size < fields.length)
      throw refuse('an index names each of its fields once')
    if (unique && sparse) throw refuse('a unique index compares only whole values, so it cannot be sparse besides')
    if (unique && acrossTenants) throw refuse('a unique index cannot reach across tenants')
    return { columns: fields, unique, ...(acrossTenants && { acrossTenants }), ...(sparse && { sparse }) }
  }
}
