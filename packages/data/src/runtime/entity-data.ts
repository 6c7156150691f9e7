import { Defect } from '@heddle/core'
import { z } from 'zod'
import type { AnyEntity, Entity } from '../entity/entity.ts'
import { entity } from '../entity/entity.ts'
import type { ReferenceDefinition } from '../entity/references.ts'
import { fieldData, fieldFromData, type Patterns } from './field-data.ts'

/** The type of an entity's definition as data. */
export const entityData = z.strictObject({
  name: z.string(),
  summary: z.string().optional(),
  key: z.string(),
  fields: z.record(z.string(), fieldData),
  indexes: z.array(z.strictObject({ fields: z.array(z.string()).min(1), unique: z.boolean().optional() })).optional(),
  /** Lists of the records of another such entity, which name one of these in a field. */
  lists: z.record(z.string(), z.strictObject({ of: z.string(), by: z.string() })).optional(),
  softDelete: z.boolean().optional(),
  timestamps: z.boolean().optional(),
  versions: z.boolean().optional(),
})

/** An entity's definition as data. */
export type EntityData = z.infer<typeof entityData>

/** How many fields an entity that is data has at most (limit `entity.fields`). */
export const fieldLimit = 500

/**
 * Makes an entity of data, e.g. of a JSON file, or of what a user typed into a form.
 *
 * @param find gives the entities to which references lead
 * @param patterns tests texts by the patterns of fields: `linearPattern` of `@heddle/core/patterns` where a stranger wrote them.
 *   Without it JavaScript's own engine does, which some patterns keep busy for ever
 * @throws {Defect} InvalidDefinition
 * @example
 * const Lead = entityFromData({
 *   name: 'crm.Lead',
 *   key: 'id',
 *   fields: { id: { type: 'uuid' }, email: { type: 'Email' }, stage: { type: 'choice', values: ['new', 'won'] } },
 * })
 */
export function entityFromData(
  data: EntityData,
  find: (name: string) => AnyEntity | undefined = () => undefined,
  patterns?: Patterns,
): Entity<Readonly<Record<string, unknown>>, string | number, object, object> {
  const { name, key, fields, indexes = [], summary, softDelete, timestamps, versions } = data
  const count = Object.keys(fields).length
  if (count > fieldLimit) {
    const reason = `it has ${count} fields, the limit "entity.fields" is ${fieldLimit}`
    throw new Defect('InvalidDefinition', { name: `entity ${name}`, reason })
  }
  const references: Record<string, ReferenceDefinition> = {}
  const types = Object.entries(fields).map(([field, definition]) => {
    const { type, to, onDelete } = definition
    if (type !== 'reference') return [field, fieldFromData(field, definition, () => undefined, patterns)] as const
    const isOwn = to === name
    references[field] = { ...(onDelete && { onDelete }), ...(isOwn && { to: 'self' as const }) }
    // A field that names a record of its own entity has the type of that entity's key.
    const { onDelete: _, to: __, ...own } = definition
    if (isOwn) {
      const likeKey = { ...own, type: fields[key]?.type ?? 'text' }
      return [field, fieldFromData(field, likeKey, () => undefined, patterns)] as const
    }
    return [field, fieldFromData(field, definition, (wanted) => referable(find(wanted)), patterns)] as const
  })
  return entity(name, {
    key,
    fields: Object.fromEntries(types),
    indexes: indexes.map(({ fields: columns, unique = false }) => ({ fields: columns, unique })),
    references,
    ...(summary !== undefined && { summary }),
    softDelete: softDelete ?? false,
    timestamps: timestamps ?? false,
    versions: versions ?? false,
  }) as unknown as Entity<Readonly<Record<string, unknown>>, string | number, object, object>
}

/** Every entity is one that a `ref` can name; only its types are not known here. */
const referable = (found: AnyEntity | undefined) => found as Entity<unknown, unknown, never, never> | undefined
