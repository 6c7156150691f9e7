import type { Port } from '@heddle/core'
import type { ChangeEventsOptions } from '../events/change-events.ts'
import type { Checks } from './checks.ts'
import type { Hooks } from './hooks.ts'
import type { ReferenceDefinition } from './references.ts'
import type { Fields, NewFrom, PatchFrom, WholeRecord } from './types.ts'

/** Fields by which records are found fast. */
export interface IndexDefinition<Name extends string> {
  readonly fields: readonly Name[]
  /** No two records of a tenant have the same values; records that lack one of them are not compared. @default false */
  readonly unique?: boolean
  /** Does not begin with the tenant: for upkeep of all tenants' records by this field. @default false */
  readonly acrossTenants?: boolean
  /** Leaves out the records that lack its first field, so that they cost nothing. @default false */
  readonly sparse?: boolean
}

/** What an entity's definition consists of. */
export interface EntityDefinition<
  F extends Fields,
  K extends keyof F & string,
  D extends boolean = false,
  T extends boolean = false,
  V extends boolean = false,
> {
  /** The field that identifies a record: text or a whole number. */
  readonly key: K
  /**
   * Zod types. A field is a column; objects and lists are kept as JSON and cannot be filtered by. `ref(Customer)` keeps
   * the key of a record that must be there.
   */
  readonly fields: F
  readonly indexes?: readonly IndexDefinition<keyof F & string>[]
  /** What becomes of a record when one to which it refers is removed. @default refusing the removal */
  readonly references?: { readonly [N in keyof F & string]?: ReferenceDefinition }
  /** Deleted records stay, with the time in `deletedAt`; reads leave them out, `restore` brings them back. @default false */
  readonly softDelete?: D
  /** Adds `createdAt` and `updatedAt`, from the clock. @default false */
  readonly timestamps?: T
  /** Adds `version`, which grows with each update, so that `update` can refuse an outdated one. @default false */
  readonly versions?: V
  /** What must hold for each record that is written, by name. */
  readonly checks?: Checks<WholeRecord<F, { softDelete: D; timestamps: T; versions: V }>>
  /** Ports that the hooks use. */
  readonly uses?: readonly Port[]
  /** Code around writes, in the same unit of work. */
  readonly hooks?: Hooks<WholeRecord<F, { softDelete: D; timestamps: T; versions: V }>, NewFrom<F, K>, PatchFrom<F, K>>
  /**
   * Whether its changes are events: `bank.Account.Inserted`, `.Updated` and `.Deleted`, see `changesOf`. An `access` says
   * to whom they are pushed, see `event`.
   *
   * @default false
   */
  readonly events?: boolean | ChangeEventsOptions<WholeRecord<F, { softDelete: D; timestamps: T; versions: V }>>
  /**
   * Whether its records can be made again by what made them, as the rows of a job's table can: old ones need no value for a new
   * field, and lack it until they are written again. The database lets any field but the key be missing.
   *
   * @default false
   */
  readonly derived?: boolean
  /** One line. */
  readonly summary?: string
  /** The full name that this entity had before. */
  readonly renamedFrom?: string
  /** New field name → the name it had before. */
  readonly renamedFields?: { readonly [N in keyof F & string]?: string }
}
