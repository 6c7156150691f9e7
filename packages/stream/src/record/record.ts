/** +1 where a record is there, −1 where one that was told before is withdrawn. */
export type Weight = 1 | -1

/** What records are grouped by: a plain value, or several of them. */
export type Key = string | number | boolean | null | readonly (string | number | boolean | null)[]

/** An element of a stream. */
export interface StreamRecord<Value = unknown> {
  readonly value: Value
  /** Undefined before the first step that has a key. */
  readonly key: Key | undefined
  /** When it happened: UTC, in milliseconds since 1970. */
  readonly time: number
  readonly weight: Weight
}
