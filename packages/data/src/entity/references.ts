import { Defect, markedLike, type Referable, refTarget, type Schema } from '@heddle/core'
import type { AnyEntity } from './entity.ts'

/**
 * What becomes of a record when the one to which it refers is removed: it forbids the removal, is removed with it, or
 * loses the reference.
 */
export type OnDelete = 'restrict' | 'cascade' | 'setNull'

/** How a reference behaves. */
export interface ReferenceDefinition {
  /** @default 'restrict' */
  readonly onDelete?: OnDelete
  /** For a field that holds the key of another record of the same entity, which `ref` cannot name. */
  readonly to?: 'self'
}

/** A field that holds the key of another record. */
export interface Reference {
  readonly field: string
  /** Where the field stands in the table's columns. */
  readonly index: number
  readonly target: AnyEntity
  readonly onDelete: OnDelete
}

const wrappers = new Set(['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly', 'catch'])

/** The type behind wrappers such as `optional`. */
export function unwrapped(schema: Schema): { readonly type: Schema; readonly wrapped: boolean } {
  const { def } = (schema as unknown as { _zod: { def: { type: string; innerType?: Schema } } })._zod
  return wrappers.has(def.type)
    ? { type: unwrapped(def.innerType!).type, wrapped: true }
    : { type: schema, wrapped: false }
}

/** The type behind wrappers, marked as it and each of them is: a secret stays one, wherever it was said. */
export function bareType(schema: Schema): Schema {
  const { def } = (schema as unknown as { _zod: { def: { type: string; innerType?: Schema } } })._zod
  return wrappers.has(def.type) ? markedLike(bareType(def.innerType!), schema) : schema
}

/** The names of the fields that refer to records. */
export const referenceFields = (
  fields: Readonly<Record<string, Schema>>,
  declared: Readonly<Record<string, ReferenceDefinition | undefined>>,
): readonly string[] =>
  Object.keys(fields).filter(
    (field) => refTarget(unwrapped(fields[field]!).type) !== undefined || declared[field]?.to === 'self',
  )

/**
 * The references of an entity.
 *
 * @throws {Defect} InvalidDefinition
 */
export function referencesOf(
  self: AnyEntity,
  declared: Readonly<Record<string, ReferenceDefinition | undefined>>,
): readonly Reference[] {
  const refuse = (reason: string) => new Defect('InvalidDefinition', { name: `entity ${self.name}`, reason })
  const names = referenceFields(self.fields, declared)
  for (const field of Object.keys(declared)) {
    if (!names.includes(field)) throw refuse(`the field "${field}" refers to nothing; write ref(…) or { to: 'self' }`)
  }
  return names.map((field) => {
    const target = refTarget(unwrapped(self.fields[field]!).type) ?? self
    if (!isEntity(target)) throw refuse(`the field "${field}" refers to ${target.name}, which is no entity`)
    const index = self.table.columns.findIndex(({ name }) => name === field)
    const onDelete = declared[field]?.onDelete ?? 'restrict'
    if (onDelete === 'setNull' && !self.table.columns[index]!.nullable)
      throw refuse(`the reference "${field}" cannot be set to null: its field is not optional`)
    return { field, index, target, onDelete }
  })
}

const isEntity = (target: Referable | AnyEntity): target is AnyEntity => 'table' in target
