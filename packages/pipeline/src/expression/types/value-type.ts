/**
 * What is known of a value before it is there. `nullable` says that it may be null, which stands for unknown as in SQL;
 * `unknown` may be anything, null too.
 */
export type ValueType = (
  | TextType
  | { readonly kind: 'boolean' | 'number' | 'int' | 'int64' | 'decimal' | 'time' | 'duration' | 'null' | 'unknown' }
  | { readonly kind: 'list'; readonly items: ValueType }
  | RecordType
  | { readonly kind: 'map'; readonly values: ValueType }
  | { readonly kind: 'union'; readonly options: readonly ValueType[] }
) & { readonly nullable?: true }

/** A text; `values` names all that it can be, where that is known. */
export interface TextType {
  readonly kind: 'string'
  readonly values?: readonly string[]
}

/** A record with known fields. An `open` one may have others, a `closed` one is refused where it has any. */
export interface RecordType {
  readonly kind: 'record'
  readonly fields: Readonly<Record<string, FieldType>>
  readonly open?: true
  readonly closed?: true
}

/** A field of a record. An optional one may be missing, and is read as null. */
export interface FieldType {
  readonly type: ValueType
  readonly optional?: true
}

/** The names that an expression may read, with their types. */
export type ScopeTypes = Readonly<Record<string, ValueType>>

/** The values of the names that an expression may read. */
export type Scope = Readonly<Record<string, unknown>>
