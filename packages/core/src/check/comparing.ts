import type { SchemaRefusal } from './refusal.ts'
import type { Conjunction, Root } from './schema-shape.ts'

/** How a schema is compared. */
export interface CompareOptions {
  /** Whether who reads values of the second schema passes over fields that it does not know. @default false */
  readonly ignoresUnknownFields?: boolean
}

/** What a comparison knows everywhere. */
export interface Comparing extends CompareOptions {
  readonly given: Root
  readonly wanted: Root
  compare(given: Conjunction, wanted: Conjunction, path: readonly string[]): SchemaRefusal[]
}
