import type { Json, Maybe, OutputOf, Part, PartKind, Port, PortScope, Referable, Schema } from '@heddle/core'
import type { Key, Table } from '../database/table.ts'
import { chain } from '../unit/chain.ts'
import { noteBlobColumns } from '../blob/blob-type.ts'
import { adoptEntity } from '../unit/data-transactions.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { type NamedCheck, namedChecks } from './checks.ts'
import { compareWithFiles } from './compare.ts'
import type { EntityDefinition } from './definition.ts'
import { describeEntity } from './describe.ts'
import { type ChangeEvents, changeEvents, type ChangeEventsOptions } from '../events/change-events.ts'
import { type FieldType, fieldType } from './field-type.ts'
import type { AnyHooks } from './hooks.ts'
import { type AnyRecord, type RecordCodec, recordCodec } from './record-codec.ts'
import { type Reference, referenceFields, referencesOf } from './references.ts'
import { wholeFields } from './switches.ts'
import { tableOf } from './table-of.ts'
import type { Fields, NewFrom, PatchFrom, RefPaths, Stored, Switches, WholeRecord } from './types.ts'

/** The run-time side of an entity: all that units of work, drivers and migrations read. */
export interface AnyEntity extends Part {
  readonly summary: string | undefined
  readonly table: Table
  /** Where in the table's columns the key stands. */
  readonly keyIndex: number
  /** Every field, with those that the switches add. */
  readonly fields: Fields
  /** The fields that commands write. */
  readonly ownFields: Fields
  readonly fieldTypes: readonly FieldType[]
  readonly codec: RecordCodec
  readonly switches: Switches
  readonly references: readonly Reference[]
  readonly checks: readonly NamedCheck[]
  readonly hooks: AnyHooks | undefined
  readonly uses: readonly Port[]
  /** The events of its changes, where it says `events: true`. */
  readonly changes: ChangeEvents | undefined
  /** Whether its records can be made again, so that old ones need no value for a new field. */
  readonly derived: boolean
  readonly renamedFrom: string | undefined
  readonly renamedFields: Readonly<Record<string, string>>
}

/** A typed record with an identity: a part of an app, and the target of `ref`. */
export interface Entity<Rec, K, New, Patch, Paths = {}, Name extends string = string, KeyName extends string = string>
  extends AnyEntity, Referable<Rec, K>, Stored<Rec, New, Patch, Paths, Name, KeyName> {
  readonly name: Name
}

/** What a repository of the entity returns. */
export type RecordOf<E> = E extends { readonly types?: { readonly record: infer Rec } } ? Rec : never

const entityKind: PartKind = { name: 'entity', compare: compareWithFiles }

/** An entity as its definition makes it. */
type Defined<
  N extends string,
  F extends Fields,
  K extends keyof F & string,
  D extends boolean,
  T extends boolean,
  V extends boolean,
> = Entity<
  WholeRecord<F, { softDelete: D; timestamps: T; versions: V }>,
  OutputOf<F[K]>,
  NewFrom<F, K>,
  PatchFrom<F, K>,
  RefPaths<F>,
  N,
  K
>

/**
 * Declares a record type with an identity. List its repository in `uses`, or the entity in the app's parts.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * const Account = entity('bank.Account', {
 *   key: 'id',
 *   fields: { id: z.uuid(), owner: ref(Customer), balance: z.int().default(0) },
 *   checks: { notOverdrawn: ({ balance }) => balance >= 0 },
 * })
 */
export function entity<
  const N extends string,
  const F extends Fields,
  const K extends keyof F & string,
  const D extends boolean = false,
  const T extends boolean = false,
  const V extends boolean = false,
>(name: N, definition: EntityDefinition<F, K, D, T, V>): Defined<N, F, K, D, T, V> {
  const { key, fields: ownFields, indexes = [], summary, renamedFrom, renamedFields = {}, uses = [] } = definition
  const { softDelete, timestamps, versions, checks = {}, hooks, derived = false } = definition
  const declared = (definition.references ?? {}) as Parameters<typeof referencesOf>[1]
  const switches: Switches = { softDelete, timestamps, versions }
  const fields = wholeFields(name, ownFields, switches)
  const fieldTypes = Object.entries(fields).map(([field, type]) => fieldType(name, field, type))
  const kept = derived ? fieldTypes.map((type) => lackable(type, key)) : fieldTypes
  const table = tableOf(name, key, kept, indexes, referenceFields(fields, declared))
  const codec = recordCodec(kept)

  const self: Defined<N, F, K, D, T, V> & { references: readonly Reference[]; parts: readonly Part[] } = {
    kind: entityKind,
    name,
    summary,
    table,
    keyIndex: table.columns.findIndex((column) => column.name === key),
    fieldTypes,
    fields,
    ownFields,
    codec,
    switches,
    references: [],
    checks: namedChecks(checks as never),
    hooks: hooks as AnyHooks | undefined,
    uses,
    derived,
    changes: definition.events ? changeEvents(name, key, fields, optionsOf(definition.events)) : undefined,
    parts: [],
    keyType: fields[key] as Schema<OutputOf<F[K]>, OutputOf<F[K]>>,
    renamedFrom,
    renamedFields: renamedFields as Readonly<Record<string, string>>,
    describe: (): Json => describeEntity(self),
    open: ({ ports, mode, parts }) => adoptEntity(ports.transactions, self, { mode, parts }),
    load(scope: PortScope, keys) {
      const loaded = dataUnit(scope, name).load(self, keys as readonly Key[])
      return leaveOutDeleted(self, loaded) as ReturnType<typeof self.load>
    },
  }
  noteBlobColumns(table, fields)
  self.references = referencesOf(self, declared)
  const told = self.changes ? Object.values(self.changes) : []
  const others = [...self.references.map(({ target }) => target), ...uses.map(({ part }) => part), ...told]
  self.parts = others.filter((part) => part !== undefined && part !== self) as Part[]
  return self
}

/** How a field is kept whose old records may lack it, whatever its type says of new ones. */
const lackable = (type: FieldType, key: string): FieldType =>
  type.column.name === key ? type : { ...type, column: { ...type.column, nullable: true } }

const optionsOf = <Rec>(events: true | ChangeEventsOptions<Rec>) => (events === true ? {} : events)

/** Records that were deleted softly are not there for whoever reads by key. */
export function leaveOutDeleted(
  { switches }: Pick<AnyEntity, 'switches'>,
  loaded: Maybe<readonly (AnyRecord | undefined)[]>,
): Maybe<readonly (AnyRecord | undefined)[]> {
  if (!switches.softDelete) return loaded
  return chain(loaded, (records) => records.map((record) => (record?.['deletedAt'] === undefined ? record : undefined)))
}
