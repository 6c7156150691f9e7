import { decimal } from '@heddle/types/decimal'
import { z } from 'zod'
import type { FieldType, ValueType } from './value-type.ts'

/**
 * The Zod type of what is known of a value. A duration is a number of milliseconds.
 *
 * @example schemaOfType({ kind: 'list', items: { kind: 'int' } }) // z.array(z.int())
 */
export function schemaOfType(type: ValueType): z.ZodType {
  const schema = knownSchema(type)
  return type.nullable === true && type.kind !== 'null' && type.kind !== 'unknown' ? schema.nullable() : schema
}

function knownSchema(type: ValueType): z.ZodType {
  switch (type.kind) {
    case 'string':
      return type.values === undefined ? z.string() : z.enum(type.values)
    case 'boolean':
      return z.boolean()
    case 'number':
    case 'duration':
      return z.number()
    case 'int':
      return z.int()
    case 'int64':
      return z.int64()
    case 'decimal':
      return decimal()
    case 'time':
      return z.date()
    case 'null':
      return z.null()
    case 'unknown':
      return z.unknown()
    case 'list':
      return z.array(schemaOfType(type.items))
    case 'map':
      return z.record(z.string(), schemaOfType(type.values))
    case 'record': {
      const fields = Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, fieldSchema(field)]))
      if (type.open === true) return z.looseObject(fields)
      return type.closed === true ? z.strictObject(fields) : z.object(fields)
    }
    case 'union':
      return type.options.length === 0 ? z.never() : z.union(type.options.map(schemaOfType))
  }
}

const fieldSchema = ({ type, optional }: FieldType): z.ZodType =>
  optional === true ? schemaOfType(type).optional() : schemaOfType(type)
