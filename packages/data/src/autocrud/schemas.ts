import type { Schema } from '@heddle/core'
import { z } from 'zod'
import type { ColumnKind } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import { unwrapped } from '../entity/references.ts'
import { findLimit } from '../repository/repository.ts'

type Shape = Record<string, z.ZodType>

/** The type of a field as surfaces take and give it: a reference is the key that it holds. */
function fieldTypeOf(entity: AnyEntity, name: string): z.ZodType {
  const reference = entity.references.find(({ field }) => field === name)
  const type = entity.fields[name]!
  if (!reference || reference.target === entity) return type as z.ZodType
  return presence(entity, name, reference.target.fields[reference.target.table.key]!)
}

/** A bare type with what the field's own said about missing values, without its default. */
function presence(entity: AnyEntity, name: string, base: Schema): z.ZodType {
  const { column, nullWhenMissing } = entity.fieldTypes.find((field) => field.column.name === name)!
  const type = base as z.ZodType
  if (nullWhenMissing) return type.nullable()
  return column.nullable ? type.optional() : type
}

const ownNames = ({ ownFields }: AnyEntity) => Object.keys(ownFields)

/** What a new record is made of: the key may be left out where it is made up. */
export function createSchema(entity: AnyEntity): z.ZodObject {
  const { key } = entity.table
  const isMadeUp = entity.fieldTypes[entity.keyIndex]!.isUuid
  const shape: Shape = {}
  for (const name of ownNames(entity)) {
    const type = fieldTypeOf(entity, name)
    shape[name] = name === key && isMadeUp ? type.optional() : type
  }
  return z.object(shape)
}

/** What a record looks like from outside. */
export function recordSchema(entity: AnyEntity): z.ZodObject {
  const shape: Shape = {}
  for (const name of Object.keys(entity.fields)) {
    const type = fieldTypeOf(entity, name)
    const { column, nullWhenMissing } = entity.fieldTypes.find((field) => field.column.name === name)!
    // A default fills what is missing in an input; what is stored has a value or lacks it.
    const base = unwrapped(type).type as z.ZodType
    shape[name] = nullWhenMissing ? base.nullable() : column.nullable ? base.optional() : base
  }
  return z.object(shape)
}

/** What an update may change. `null` takes a value away where a record may lack it. */
export function changesSchema(entity: AnyEntity): z.ZodObject {
  const shape: Shape = {}
  for (const name of ownNames(entity)) {
    if (name === entity.table.key) continue
    const base = unwrapped(fieldTypeOf(entity, name)).type as z.ZodType
    const { column } = entity.fieldTypes.find((field) => field.column.name === name)!
    shape[name] = (column.nullable ? base.nullable() : base).optional()
  }
  return z.object(shape)
}

/** The changes as a repository takes them: `null` for an optional field means that it goes. */
export function patchOf(entity: AnyEntity, changes: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(changes).flatMap(([name, value]): [string, unknown][] => {
      if (value === undefined) return []
      const { nullWhenMissing } = entity.fieldTypes.find((field) => field.column.name === name)!
      return [[name, value === null && !nullWhenMissing ? undefined : value]]
    }),
  )
}

const kinds: Record<Exclude<ColumnKind, 'json'>, () => z.ZodType> = {
  text: () => z.string(),
  integer: () => z.number(),
  real: () => z.number(),
  boolean: () => z.boolean(),
  time: () => z.date(),
  bigint: () => z.int64(),
}

/** What a search is made of: a filter, an order, how many and after which. */
export function findSchema(entity: AnyEntity): z.ZodObject {
  const filters: Shape = {}
  const orders: Shape = {}
  for (const { column } of entity.fieldTypes) {
    if (column.kind === 'json') continue
    const value = kinds[column.kind]()
    const comparison: Shape = { eq: value.nullable(), in: z.array(value) }
    for (const by of ['lt', 'lte', 'gt', 'gte']) comparison[by] = value
    if (column.kind === 'text') comparison['prefix'] = value
    filters[column.name] = z.union([value, z.null(), z.object(comparison).partial()]).optional()
    orders[column.name] = z.enum(['asc', 'desc']).optional()
  }
  return z.object({
    where: z.object(filters).optional(),
    orderBy: z.object(orders).optional(),
    limit: z.int().min(1).max(findLimit).default(100),
    after: z.string().optional(),
    ...(entity.switches.softDelete && { withDeleted: z.boolean().optional() }),
  })
}
