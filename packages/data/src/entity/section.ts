import type { JsonSchema } from '@heddle/core'
import type { ColumnKind, Index, Table } from '../database/table.ts'

/** An entity's section of a manifest, as `describeEntity` writes it. */
export interface EntitySection {
  readonly summary?: string
  readonly key: string
  readonly fields: Readonly<Record<string, FieldSection>>
  readonly indexes: readonly { readonly fields: readonly string[]; readonly unique: boolean }[]
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
export function sectionTable(name: string, { key, fields, indexes }: EntitySection): Table {
  return {
    name,
    key,
    columns: Object.entries(fields).map(([field, { kind, optional }]) => ({ name: field, kind, nullable: optional })),
    indexes: indexes.map(({ fields: columns, unique }): Index => ({ columns, unique })),
  }
}
