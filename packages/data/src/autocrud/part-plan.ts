import { Defect } from '@heddle/core'
import { z } from 'zod'
import type { AnyEntity, Entity } from '../entity/entity.ts'
import type { Paths } from '../repository/associations.ts'
import { type AnyWith, unknownPath } from '../repository/load-paths.ts'
import { repository } from '../repository/repository.ts'
import type { AnyRepositoryPort } from './autocrud.ts'
import { createSchema } from './schemas.ts'

/** How many parts a list has at most when it is given whole (limit `autocrud.parts`). */
export const partLimit = 1000

/** A list of records that belong to their owner. */
export interface PartPlan {
  readonly name: string
  readonly entity: AnyEntity
  /** The field of a part that names its owner. */
  readonly by: string
  readonly port: AnyRepositoryPort
  /** What a part is made of: everything but the owner. */
  readonly schema: z.ZodObject
  readonly parts: readonly PartPlan[]
}

/**
 * The lists of records that belong to those of an entity, with theirs.
 *
 * @throws {Defect} InvalidDefinition for what is no list, or would stay when its owner goes
 */
export function planParts(owner: AnyEntity, paths: Paths, wanted: AnyWith): readonly PartPlan[] {
  return Object.entries(wanted).flatMap(([name, further]): PartPlan[] => {
    if (further === undefined) return []
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined
    if (!path) throw unknownPath(owner, name)
    const { target: entity, field: by } = path
    const reference = entity.references.find(({ field }) => field === by)
    if (path.kind !== 'many') throw refused(owner, name, 'parts are declared with `hasMany`')
    if (reference?.onDelete !== 'cascade')
      throw refused(
        owner,
        name,
        `parts go with their owner: ${entity.name} wants references: { ${by}: { onDelete: 'cascade' } }`,
      )
    const parts = planParts(entity, path.paths(), further === true ? {} : further)
    const port = repository(entity as Entity<never, never, never, never>, path.paths()) as unknown as AnyRepositoryPort
    return [{ name, entity, by, port, schema: partSchema(entity, by, parts), parts }]
  })
}

/** What a part is made of. */
export const partSchema = (entity: AnyEntity, by: string, parts: readonly PartPlan[]): z.ZodObject =>
  createSchema(entity, by).extend(listSchemas(parts))

/** The lists of parts as an input takes them: whole, or left out. */
export const listSchemas = (parts: readonly PartPlan[]): Record<string, z.ZodType> =>
  Object.fromEntries(
    parts.map(({ name, entity: { table }, schema }) => [
      name,
      z
        .array(schema)
        .max(partLimit)
        .refine((given) => areDifferent(given.map((part) => part[table.key])), {
          error: `two of them have the same ${table.key}`,
        })
        .optional(),
    ]),
  )

/** The paths that load the parts. */
export const withParts = (parts: readonly PartPlan[], asked: AnyWith = {}): AnyWith => {
  const paths: Record<string, true | AnyWith | undefined> = { ...asked }
  for (const { name, parts: deeper } of parts) {
    const wanted = asked[name]
    const further = withParts(deeper, typeof wanted === 'object' ? wanted : {})
    paths[name] = Object.keys(further).length > 0 ? further : true
  }
  return paths
}

/** Every port through which parts are written. */
export const portsOf = (parts: readonly PartPlan[]): readonly AnyRepositoryPort[] =>
  parts.flatMap(({ port, parts: deeper }) => [port, ...portsOf(deeper)])

function areDifferent(keys: readonly unknown[]): boolean {
  const given = keys.filter((key) => key !== undefined)
  return new Set(given).size === given.length
}

const refused = ({ name }: AnyEntity, list: string, reason: string) =>
  new Defect('InvalidDefinition', { name: `the list "${list}" of ${name}`, reason })
