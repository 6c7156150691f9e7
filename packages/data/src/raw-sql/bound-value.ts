import type { ColumnKind, Value } from '../database/table.ts'

/** A value whose kind is known, so that a database knows its type also where it is missing. */
export class BoundValue {
  readonly value: Value
  readonly kind: ColumnKind

  constructor(value: Value, kind: ColumnKind) {
    this.value = value
    this.kind = kind
  }
}
