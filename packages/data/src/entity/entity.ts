import { Defect, type Json, type Maybe, type Part, type PartKind, type PortScope } from '@heddle/core'
import type { OutputOf, Referable, Schema } from '@heddle/core'
import type { Index, Key, Table } from '../database/table.ts'
import { adoptEntity } from '../unit/data-transactions.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { compareWithFiles } from './compare.ts'
import { describeEntity } from './describe.ts'
import { type FieldType, fieldType } from './field-type.ts'
import { type RecordCodec, recordCodec } from './record-codec.ts'
import type { Fields, NewFrom, PatchFrom, RecordFrom } from './types.ts'

/** Fields by which records are found fast. */
export interface IndexDefinition<Name extends string> {
  readonly fields: readonly Name[]
  /** No two records of a tenant have the same values; records that lack one of them are not compared. @default false */
  readonly unique?: boolean
  /** Does not begin with the tenant: for upkeep of all tenants' records by this field. @default false */
  readonly acrossTenants?: boolean
}

/** What an entity's definition consists of. */
export interface EntityDefinition<F extends Fields, K extends keyof F & string> {
  /** The field that identifies a record: text or a whole number. */
  readonly key: K
  /** Zod types. A field is a column; objects and lists are kept as JSON and cannot be filtered by. */
  readonly fields: F
  readonly indexes?: readonly IndexDefinition<keyof F & string>[]
  /** One line. */
  readonly summary?: string
  /** The full name that this entity had before. */
  readonly renamedFrom?: string
  /** New field name → the name it had before. */
  readonly renamedFields?: { readonly [N in keyof F & string]?: string }
}

/** The run-time side of an entity: all that units of work, drivers and migrations read. */
export interface AnyEntity extends Part {
  readonly summary: string | undefined
  readonly table: Table
  /** Where in the table's columns the key stands. */
  readonly keyIndex: number
  readonly fields: Fields
  readonly fieldTypes: readonly FieldType[]
  readonly codec: RecordCodec
  readonly renamedFrom: string | undefined
  readonly renamedFields: Readonly<Record<string, string>>
}

/** A typed record with an identity: a part of an app, and the target of `ref`. */
export interface Entity<Rec, K, New, Patch> extends AnyEntity, Referable<Rec, K> {
  readonly name: string
  /** Carries types only. */
  readonly types?: { readonly record: Rec; readonly new: (values: New) => void; readonly patch: (patch: Patch) => void }
}

/** What a repository of the entity returns. */
export type RecordOf<E> = E extends { readonly types?: { readonly record: infer Rec } } ? Rec : never

const entityKind: PartKind = { name: 'entity', compare: compareWithFiles }
const keyKinds = new Set(['text', 'integer'])
const reserved = new Set(['and', 'or', 'not'])

/**
 * Declares a record type with an identity. List its repository in `uses`, or the entity in the app's parts.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * const Account = entity('bank.Account', {
 *   key: 'id',
 *   fields: { id: z.uuid(), owner: z.string(), balance: z.int().default(0) },
 *   indexes: [{ fields: ['owner'] }],
 * })
 */
export function entity<const F extends Fields, const K extends keyof F & string>(
  name: string,
  definition: EntityDefinition<F, K>,
): Entity<RecordFrom<F>, OutputOf<F[K]>, NewFrom<F, K>, PatchFrom<F, K>> {
  const { key, fields, indexes = [], summary, renamedFrom, renamedFields = {} } = definition
  const fieldTypes = Object.entries(fields).map(([field, type]) => fieldType(name, field, type))
  const table = tableOf(name, key, fieldTypes, indexes)
  const codec = recordCodec(fieldTypes)

  const self: Entity<RecordFrom<F>, OutputOf<F[K]>, NewFrom<F, K>, PatchFrom<F, K>> = {
    kind: entityKind,
    name,
    summary,
    table,
    keyIndex: table.columns.findIndex((column) => column.name === key),
    fieldTypes,
    fields,
    codec,
    keyType: fields[key] as Schema<OutputOf<F[K]>, OutputOf<F[K]>>,
    renamedFrom,
    renamedFields: renamedFields as Readonly<Record<string, string>>,
    describe: (): Json => describeEntity(self),
    open: ({ ports, mode }) => adoptEntity(ports.transactions, self, mode),
    load: (scope: PortScope, keys) => {
      const loaded = dataUnit(scope, name).load(self, keys as readonly Key[])
      return loaded as Maybe<readonly (RecordFrom<F> | undefined)[]>
    },
  }
  return self
}

function tableOf(
  name: string,
  key: string,
  fieldTypes: readonly FieldType[],
  indexes: readonly IndexDefinition<string>[],
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
  return { name, key, columns, indexes: indexes.map(indexOf) }

  function indexOf({ fields, unique = false, acrossTenants = false }: IndexDefinition<string>): Index {
    for (const field of fields) {
      const column = byName.get(field)
      if (!column) throw refuse(`an index names the unknown field "${field}"`)
      if (column.kind === 'json') throw refuse(`the field "${field}" is kept as JSON and cannot be indexed`)
    }
    if (fields.length === 0 || new Set(fields).size < fields.length)
      throw refuse('an index names each of its fields once')
    if (unique && acrossTenants) throw refuse('a unique index cannot reach across tenants')
    return { columns: fields, unique, ...(acrossTenants && { acrossTenants }) }
  }
}
