import type { JsonSchema } from '@heddle/core'
import type { OnDelete } from './references.ts'
import type { Switches } from './types.ts'
import type { ColumnKind, Index, Table } from '../database/table.ts'

/** An entity's section of a manifest, as `describeEntity` writes it. */
export interface EntitySection {
  readonly summary?: string
  readonly key: string
  readonly fields: Readonly<Record<string, FieldSection>>
  readonly indexes: readonly { readonly fields: readonly string[]; readonly unique: boolean }[]
  readonly references?: Readonly<Record<string, { readonly entity: string; readonly onDelete: OnDelete }>>
  readonly checks?: readonly string[]
  readonly hooks?: readonly string[]
  readonly switches?: readonly (keyof Switches)[]
  readonly derived?: boolean
  readonly renamedFrom?: string
  readonly renamedFields?: Readonly<Record<string, string>>
}

/** One field of a section. */
export interface FieldSection {
  readonly kind: ColumnKind
  readonly optional: boolean
  readonly hasDefault?: boolean
  /** JSON Schema of the stored values. */
  readonly schema: JsonSchema
}

/** The table behind a section. */
export function sectionTable(name: string, { key, fields, indexes, derived = false }: EntitySection): Table {
  return {
    name,
    key,
    columns: Object.entries(fields).map(([field, { kind, optional }]) => ({
      name: field,
      kind,
      nullable: optional || (derived && field !== key),
    })),
    indexes: indexes.map(({ fields: columns, unique }): Index => ({ columns, unique })),
  }
}
