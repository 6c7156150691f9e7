import { Defect } from '@heddle/core'
import { type AnyEntity, entity } from '@heddle/data'
import { schemaOfType, type ValueType } from '@heddle/pipeline'
import { z } from 'zod'
import { type RowKey, rowKeyColumn } from './row-key.ts'

/**
 * The entity of a table sink: its fields are those of the records.
 *
 * @throws {Defect} InvalidDefinition where the type does not tell fields, or they cannot be columns
 */
export function rowEntity(name: string, type: ValueType, key: RowKey): AnyEntity {
  if (type.kind !== 'record') {
    const reason = 'nothing is known of the fields of its records: state the `type` of the source or step before'
    throw new Defect('InvalidDefinition', { name: `the table ${name}`, reason })
  }
  const fields: Record<string, z.ZodType> = {}
  for (const [field, { type: of, optional }] of Object.entries(type.fields)) {
    const schema = schemaOfType(of)
    fields[field] = optional === true ? schema.optional() : schema
  }
  if (key.by === 'field') return entity(name, { key: key.field, fields, derived: true })
  if (fields[rowKeyColumn] !== undefined) {
    const reason = `its records have a field "${rowKeyColumn}", which names rows: rename it, or say which field is the \`key\``
    throw new Defect('InvalidDefinition', { name: `the table ${name}`, reason })
  }
  return entity(name, { key: rowKeyColumn, fields: { [rowKeyColumn]: z.string(), ...fields }, derived: true })
}

/** What stands in the columns: times are dates there, however they were written in the stream. */
export function rowOf(
  { fieldTypes }: AnyEntity,
  value: unknown,
  rowKey: string | number,
): Readonly<Record<string, unknown>> {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>
  const row: Record<string, unknown> = {}
  for (const { column } of fieldTypes) {
    const part = column.name === rowKeyColumn ? rowKey : given[column.name]
    const isTime = column.kind === 'time' && (typeof part === 'number' || typeof part === 'string')
    row[column.name] = isTime ? new Date(part) : part
  }
  return row
}

/**
 * Says whether a row fits, as a sentence where it does not. Databases do not check again.
 *
 * @returns the first place that does not fit, undefined where all do
 */
export function rowChecker({ fields }: AnyEntity): (row: Readonly<Record<string, unknown>>) => string | undefined {
  const schema = z.object(fields as z.ZodRawShape)
  return (row) => {
    const { success, error } = schema.safeParse(row)
    if (success) return undefined
    const [issue] = error.issues
    return `${issue!.path.join('/')}: ${issue!.message}`
  }
}
