import { markedLike, ref } from '@heddle/core'
import { z } from 'zod'
import type { AnyEntity, Entity } from '../entity/entity.ts'
import { bareType } from '../entity/references.ts'
import { type Path, type Paths, referencePaths } from '../repository/associations.ts'
import { type AnyWith, unknownPath } from '../repository/load-paths.ts'
import type { PartPlan } from './part-plan.ts'
import { presence } from './schemas.ts'

/** What may be loaded with a record. */
export interface Loading {
  /** Lists that always are. */
  readonly parts?: readonly PartPlan[]
  /** Paths that a caller may ask for. */
  readonly asked?: AnyWith
  readonly paths?: Paths
}

/**
 * What a record looks like from outside. In JSON Schema it says of which entity it is (`x-record`), and of which a
 * reference holds the key (`x-entity`), so that those who print an outcome know where records stand in it.
 */
export function recordSchema(entity: AnyEntity, { parts = [], asked = {}, paths }: Loading = {}): z.ZodObject {
  const ways = paths ?? referencePaths(entity)
  const shape: Record<string, z.ZodType> = {}
  for (const name of Object.keys(entity.fields)) shape[name] = storedType(entity, name)
  for (const { name, entity: target, parts: deeper } of parts) {
    const further = asked[name]
    const inner = { parts: deeper, asked: typeof further === 'object' ? further : {}, paths: ways[name]!.paths() }
    shape[name] = z.array(recordSchema(target, inner))
  }
  for (const [name, further] of Object.entries(asked)) {
    if (further === undefined || parts.some((part) => part.name === name)) continue
    const path = Object.hasOwn(ways, name) ? ways[name] : undefined
    if (!path) throw unknownPath(entity, name)
    shape[name] = askedType(shape[name], path, further === true ? {} : further)
  }
  return z.object(shape).meta({ 'x-record': entity.name, 'x-key': entity.table.key })
}

function askedType(key: z.ZodType | undefined, { kind, target, paths }: Path, asked: AnyWith): z.ZodType {
  const record = recordSchema(target, { asked, paths: paths() })
  if (kind === 'many' || kind === 'through') return z.array(record).optional()
  return (key ? z.union([key, record]) : record).optional()
}

/** A default fills what is missing in an input; what is stored has a value or lacks it. */
function storedType(entity: AnyEntity, name: string): z.ZodType {
  const reference = entity.references.find(({ field }) => field === name)
  const declared = bareType(entity.fields[name]!)
  if (reference) {
    const key = ref(reference.target as Entity<unknown, unknown, never, never>)
    return presence(entity, name, markedLike(key, declared))
  }
  const { column, nullWhenMissing } = entity.fieldTypes.find((field) => field.column.name === name)!
  const base = declared as z.ZodType
  if (nullWhenMissing) return base.nullable()
  // Old records of what can be made again may lack a field that is new.
  return column.nullable || (entity.derived && name !== entity.table.key) ? base.optional() : base
}
