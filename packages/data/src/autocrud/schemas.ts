import { annotationOf, markedLike, type Schema } from '@heddle/core'
import { z } from 'zod'
import type { ColumnKind } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import { bareType } from '../entity/references.ts'
import type { AnyWith } from '../repository/load-paths.ts'
import { findLimit } from '../repository/repository.ts'

type Shape = Record<string, z.ZodType>

/** The type of a field as surfaces take it: a reference is the key that it holds. */
function fieldTypeOf(entity: AnyEntity, name: string): z.ZodType {
  const reference = entity.references.find(({ field }) => field === name)
  const type = entity.fields[name]!
  if (!reference || reference.target === entity) return type as z.ZodType
  return presence(entity, name, markedLike(reference.target.fields[reference.target.table.key]!, bareType(type)))
}

/** A bare type with what the field's own said about missing values, without its default. */
export function presence(entity: AnyEntity, name: string, base: Schema): z.ZodType {
  const { column, nullWhenMissing } = entity.fieldTypes.find((field) => field.column.name === name)!
  const type = base as z.ZodType
  if (nullWhenMissing) return type.nullable()
  return column.nullable ? type.optional() : type
}

const ownNames = ({ ownFields }: AnyEntity) => Object.keys(ownFields)

/**
 * What a new record is made of: the key may be left out where it is made up.
 *
 * @param without a field that is given by other means
 */
export function createSchema(entity: AnyEntity, without?: string): z.ZodObject {
  const { key } = entity.table
  const isMadeUp = entity.fieldTypes[entity.keyIndex]!.isUuid
  const shape: Shape = {}
  for (const name of ownNames(entity)) {
    if (name === without) continue
    const type = fieldTypeOf(entity, name)
    shape[name] = name === key && isMadeUp ? type.optional() : type
  }
  return z.object(shape)
}

/** What an update may change. `null` takes a value away where a record may lack it. */
export function changesSchema(entity: AnyEntity): z.ZodObject {
  const shape: Shape = {}
  for (const name of ownNames(entity)) {
    if (name === entity.table.key) continue
    const base = bareType(fieldTypeOf(entity, name)) as z.ZodType
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

/** How many filters stand in one `and` or `or`. */
const groupLimit = 100

/** The columns by which callers may filter and order. A secret is none: who may ask how it compares finds it out. */
const askable = ({ fieldTypes, fields }: AnyEntity) =>
  fieldTypes.flatMap(({ column: { name, kind } }) =>
    kind === 'json' || annotationOf(bareType(fields[name]!))?.sensitive ? [] : [{ name, kind }],
  )

/** A filter: fields, and filters joined by `and`, `or` and `not`. */
function whereSchema(entity: AnyEntity): z.ZodType {
  const filters: Shape = {}
  for (const column of askable(entity)) {
    const value = kinds[column.kind]()
    const comparison: Shape = { eq: value.nullable(), in: z.array(value) }
    for (const by of ['lt', 'lte', 'gt', 'gte']) comparison[by] = value
    if (column.kind === 'text') comparison['prefix'] = value
    filters[column.name] = z.union([value, z.null(), z.object(comparison).partial()]).optional()
  }
  const inner: z.ZodType = z.lazy(() => where)
  const group = z.array(inner).max(groupLimit).optional()
  const where: z.ZodType = z.object({ ...filters, and: group, or: group, not: inner.optional() })
  return where
}

const deletedSchema = ({ switches }: AnyEntity): Shape =>
  switches.softDelete ? { withDeleted: z.boolean().optional() } : {}

/** What a count is made of. */
export const countSchema = (entity: AnyEntity): z.ZodObject =>
  z.object({ where: whereSchema(entity).optional(), ...deletedSchema(entity) })

/** What a search is made of: a filter, an order, how many, after which, and what is loaded with them. */
export function findSchema(entity: AnyEntity, asked: AnyWith = {}): z.ZodObject {
  const orders: Shape = {}
  for (const { name } of askable(entity)) orders[name] = z.enum(['asc', 'desc']).optional()
  return z.object({
    where: whereSchema(entity).optional(),
    orderBy: z.object(orders).optional(),
    limit: z.int().min(1).max(findLimit).default(100),
    after: z.string().optional(),
    ...deletedSchema(entity),
    ...askedSchema(asked),
  })
}

/** The field `with`, where there is something that callers may ask for. */
export function askedSchema(asked: AnyWith): { with?: z.ZodType } {
  const shape = askedShape(asked)
  return Object.keys(shape).length === 0 ? {} : { with: z.object(shape).optional() }
}

function askedShape(asked: AnyWith): Shape {
  const shape: Shape = {}
  for (const [name, further] of Object.entries(asked)) {
    if (further === undefined) continue
    const deeper = further === true ? {} : askedShape(further)
    const loaded = z.literal(true)
    shape[name] = (Object.keys(deeper).length > 0 ? z.union([loaded, z.object(deeper)]) : loaded).optional()
  }
  return shape
}
