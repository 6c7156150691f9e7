/** A place at which a value of one schema could be refused by another. */
export interface SchemaRefusal {
  /** `#` is any element of a list or any other field of an object. */
  readonly path: readonly string[]
  /** Which property of the place differs, e.g. `minimum`. */
  readonly what: string
  /** What the schema says by which values are made. */
  readonly from: string
  /** What the schema says by which they are read. */
  readonly to: string
  /** False where it could only not be shown that they are accepted. */
  readonly isProven: boolean
}
